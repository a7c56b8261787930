"""For people who mend a rule: why something was found, why not, and what a change does."""
