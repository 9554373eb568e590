"""Pictures and tables of service mapping; a journey is shown only where the families agreed."""
