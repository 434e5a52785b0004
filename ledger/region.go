package ledger

import "strings"

// regions are the five of the United Nations, "Standard country or area codes for
// statistical use" (Series M, No. 49), with the ISO 3166-1 alpha-2 codes that it
// places there. It has no place for TW and XK, which stand where the Unicode CLDR
// puts them: alone in a region of their own, every one of their requests could be
// told by its number. It has none for AQ either, which stays in "other".
var regions = func() map[string]string {
	m := make(map[string]string)
	for region, codes := range map[string]string{
		"africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA " +
			"MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW",
		"americas": "AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY " +
			"HN HT JM KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI",
		"asia": "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO " +
			"MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE",
		"europe": "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT " +
			"LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
		"oceania": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
	} {
		for code := range strings.FieldsSeq(codes) {
			m[code] = region
		}
	}
	return m
}()

// RegionOf gives the region in which the country of an ISO 3166-1 code lies, and
// "other" if it lies in none.
func RegionOf(alpha2 string) string {
	if region, ok := regions[alpha2]; ok {
		return region
	}
	return "other"
}
