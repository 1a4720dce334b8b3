"""The customer's home: what they owe, who comes next, what was settled lately."""
