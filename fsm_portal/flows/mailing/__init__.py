"""Letters on their way: composed when they leave, handed to the mail server, looked after."""
