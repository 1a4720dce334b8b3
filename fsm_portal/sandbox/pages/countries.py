"""Countries offered on the checkout form: ISO 3166 code and name, in order of the names."""

COUNTRIES = (
    ("AU", "Australia"), ("AT", "Austria"), ("BE", "Belgium"), ("BR", "Brazil"), ("CA", "Canada"),
    ("CZ", "Czechia"), ("DK", "Denmark"), ("FI", "Finland"), ("FR", "France"), ("DE", "Germany"),
    ("GR", "Greece"), ("HK", "Hong Kong"), ("IN", "India"), ("IE", "Ireland"), ("IT", "Italy"),
    ("JP", "Japan"), ("KW", "Kuwait"), ("LU", "Luxembourg"), ("MY", "Malaysia"), ("MX", "Mexico"),
    ("NL", "Netherlands"), ("NZ", "New Zealand"), ("NO", "Norway"), ("PL", "Poland"),
    ("PT", "Portugal"), ("SG", "Singapore"), ("ES", "Spain"), ("SE", "Sweden"),
    ("CH", "Switzerland"), ("TH", "Thailand"), ("AE", "United Arab Emirates"),
    ("GB", "United Kingdom"), ("US", "United States"),
)  # fmt: skip
