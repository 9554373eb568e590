"""Pictures and tables of the social networks stage."""
