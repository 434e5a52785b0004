package calendar

import "time"

// A state is the calendar of a State as data. Only statutory holidays of the
// whole State are listed; those of regions are for an office to add. All of it
// is written from knowledge of the laws named and is to be checked.
type state struct {
	id, zone, source string
	rules            []rule
	uncounted        []string
}

// Holidays that many States keep.
var (
	newYear       = fixed("New Year's Day", time.January, 1)
	goodFriday    = fromEaster("Good Friday", -2)
	easterMonday  = fromEaster("Easter Monday", 1)
	labourDay     = fixed("Labour Day", time.May, 1)
	ascension     = fromEaster("Ascension Day", 39)
	whitMonday    = fromEaster("Whit Monday", 50)
	allSaints     = fixed("All Saints' Day", time.November, 1)
	christmas     = fixed("Christmas Day", time.December, 25)
	dayAfterXmas  = fixed("26 December", time.December, 26)
	saintStephens = fixed("St Stephen's Day", time.December, 26)
)

var states = []state{
	{
		id: "BR", zone: "America/Sao_Paulo",
		source: "Laws 662/1949, 6.802/1980, 10.607/2002 and 14.759/2023; Good Friday by Law 9.093/1995 and federal ordinance",
		rules: []rule{
			newYear, goodFriday,
			fixed("Tiradentes", time.April, 21),
			labourDay,
			fixed("Independence Day", time.September, 7),
			fixed("Our Lady of Aparecida", time.October, 12),
			fixed("All Souls' Day", time.November, 2),
			fixed("Proclamation of the Republic", time.November, 15),
			fixed("Zumbi and Black Consciousness", time.November, 20).from(2024),
			christmas,
		},
		uncounted: []string{"Carnival, Corpus Christi and other optional days", "holidays of States and municipalities"},
	},
	{
		id: "DE", zone: "Europe/Berlin",
		source: "Holiday laws of the Länder, days common to all sixteen; Unification Treaty, art. 2(2)",
		rules: []rule{
			newYear, goodFriday, easterMonday, labourDay, ascension, whitMonday,
			fixed("Day of German Unity", time.October, 3),
			christmas, dayAfterXmas,
		},
		uncounted: []string{"holidays of single Länder"},
	},
	{
		// Regulation 1182/71 takes the holidays of the State or institution
		// where something has to be done. What is listed is only what all
		// Member States share.
		id: "EU", zone: "Europe/Brussels",
		source:    "Days that are public holidays in every Member State",
		rules:     []rule{newYear, christmas},
		uncounted: []string{"every other holiday of the Member State or institution concerned"},
	},
	{
		id: "FR", zone: "Europe/Paris",
		source: "Labour Code, art. L3133-1",
		rules: []rule{
			newYear, easterMonday, labourDay,
			fixed("Victory 1945", time.May, 8),
			ascension, whitMonday,
			fixed("National Day", time.July, 14),
			fixed("Assumption", time.August, 15),
			allSaints,
			fixed("Armistice 1918", time.November, 11),
			christmas,
		},
		uncounted: []string{"26 December and Good Friday in Alsace-Moselle", "holidays of the overseas territories"},
	},
	{
		// The Act gives a day in lieu and moves nothing. Public offices close
		// on the next working day, and to count it as not worked gives others
		// their full time.
		id: "IE", zone: "Europe/Dublin",
		source: "Organisation of Working Time Act 1997, second schedule; S.I. 50/2022; moved days by custom",
		rules: []rule{
			newYear.shifted(afterWeekend),
			{name: "St Brigid's Day", on: saintBrigid, since: 2023},
			fixed("St Patrick's Day", time.March, 17).shifted(afterWeekend),
			easterMonday,
			nth("May holiday", 1, time.Monday, time.May),
			nth("June holiday", 1, time.Monday, time.June),
			nth("August holiday", 1, time.Monday, time.August),
			last("October holiday", time.Monday, time.October),
			christmas.shifted(afterWeekend),
			saintStephens.shifted(afterWeekend),
		},
		uncounted: []string{"Good Friday, on which courts and many offices are closed"},
	},
	{
		id: "KE", zone: "Africa/Nairobi",
		source: "Public Holidays Act (Cap. 110), s. 4 and schedule, part I",
		rules: []rule{
			newYear.shifted(afterSunday),
			goodFriday, easterMonday,
			labourDay.shifted(afterSunday),
			fixed("Madaraka Day", time.June, 1).shifted(afterSunday),
			fixed("10 October", time.October, 10).shifted(afterSunday),
			fixed("Mashujaa Day", time.October, 20).shifted(afterSunday),
			fixed("Jamhuri Day", time.December, 12).shifted(afterSunday),
			christmas.shifted(afterSunday),
			dayAfterXmas.shifted(afterSunday),
		},
		uncounted: []string{"Idd-ul-Fitr, by the moon", "Idd-ul-Azha and other days declared in the Gazette", "Diwali, for Hindus", "the day of a general election"},
	},
	{
		id: "NL", zone: "Europe/Amsterdam",
		source: "General Extension of Time Limits Act (Algemene termijnenwet), art. 3",
		rules: []rule{
			newYear, goodFriday, easterMonday,
			fixed("King's Day", time.April, 27).from(2014).shifted(dayBefore),
			fixed("Liberation Day", time.May, 5),
			ascension, whitMonday, christmas, dayAfterXmas,
		},
		uncounted: []string{"days put on a par with holidays by royal decree"},
	},
	{
		id: "US", zone: "America/New_York",
		source: "5 U.S.C. 6103; Executive Order 11582",
		rules: []rule{
			newYear.shifted(nearest),
			nth("Birthday of Martin Luther King, Jr.", 3, time.Monday, time.January),
			nth("Washington's Birthday", 3, time.Monday, time.February),
			last("Memorial Day", time.Monday, time.May),
			fixed("Juneteenth", time.June, 19).from(2021).shifted(nearest),
			fixed("Independence Day", time.July, 4).shifted(nearest),
			nth("Labor Day", 1, time.Monday, time.September),
			nth("Columbus Day", 2, time.Monday, time.October),
			fixed("Veterans Day", time.November, 11).shifted(nearest),
			nth("Thanksgiving Day", 4, time.Thursday, time.November),
			christmas.shifted(nearest),
		},
		uncounted: []string{"Inauguration Day in and around Washington", "days declared by the President", "holidays of the States"},
	},
}

// saintBrigid is the first Monday of February, or 1 February if a Friday.
func saintBrigid(year int) Day {
	first := Day{year, time.February, 1}
	if first.Weekday() == time.Friday {
		return first
	}
	return onOrAfter(first, time.Monday)
}
