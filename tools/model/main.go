package main
import ("fmt";"time"; "github.com/rogatory/rogatory/lifecycle")
var telling = []lifecycle.Circumstances{lifecycle.AllCircumstances, lifecycle.AllCircumstances&^lifecycle.OnlyKeep}
func onePerRows(in []chance) []chance {
 seen:=map[string]bool{}
 var out []chance
 for _,c:=range in { k:=string(c.do); for _,r:=range c.rows {k+=fmt.Sprint(r.By,r.To,len(r.Needs),r.From,len(r.Then)); for _,n:=range r.Needs{k+=n.Name}}; if !seen[k]{seen[k]=true; out=append(out,c)}}
 return out
}
func main(){
 start:=time.Now()
 w:=reach(lifecycle.Floor())
 m:=map[string]int{}
 for _,s:=range w.states {m[s.Stage.String()]++}
 fmt.Println(len(w.states), len(w.edges), m, time.Since(start))
}
