package letter

import "reflect"

// copyMember sets one member of a letter to that of another.
func copyMember(to, from *Letter, name string) {
	reflect.ValueOf(to).Elem().FieldByName(name).Set(reflect.ValueOf(from).Elem().FieldByName(name))
}

// outcomesOf are the outcomes of a kind; of one that tells of none, the empty one.
func outcomesOf(r rule) map[string]string {
	if len(r.outcomes) == 0 {
		return map[string]string{"": ""}
	}
	return r.outcomes
}
