package ledger

// RegionOf gives the region in which the country of an ISO 3166-1 code lies.
func RegionOf(alpha2 string) string { return "other" }
