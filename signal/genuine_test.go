package signal

import "testing"

// Requests as they come: the first list tells of people harmed and must pass
// without a signal; the second hides something protected behind neutral words
// and must not.
var (
	genuine = []struct{ name, body string }{
		{"ransomware at a hospital", "On 3 March ransomware encrypted the hospital's servers. The note demanded payment in cryptocurrency. The account named below was used to negotiate. Its subscriber data and login records are needed to identify the user."},
		{"newspaper as victim", "Le 3 mars, un rançongiciel a paralysé les serveurs du journal. Les auteurs ont exigé une rançon de 40 000 euros. L'adresse électronique indiquée dans la note est visée ; nous demandons les données de connexion."},
		{"sextortion of a girl", "Un hombre adulto contactó a una niña de 13 años por una red social, la obligó a enviar fotografías y la amenazó con divulgarlas. Se solicitan los registros de conexión de la cuenta del agresor."},
		{"false charity", "Мошенники под видом благотворительного фонда собирали деньги на лечение детей и похитили около двух миллионов. Просим предоставить данные о владельце аккаунта."},
		{"kidnapping", "绑匪绑架一名商人，通过该账号向家属索要赎金并发送视频。请提供该账号的登录记录，以查明使用者。"},
		{"trafficking", "جند المتهمون نساء بوعود عمل كاذبة ثم احتجزوا جوازاتهن وأجبروهن على العمل دون أجر. يطلب سجل الدخول للحساب الذي نشر إعلانات العمل."},
		{"business e-mail fraud", story},
		{"drugs by post", "El sospechoso ofrecía cocaína en un canal de mensajería y la enviaba en paquetes. Se incautaron cuatro envíos. Se requieren los datos de abonado de la cuenta."},
		{"murder", "Am appeal is pending. The victim was stabbed in his flat on 2 May. The suspect's phone was near the river at the time. The subscriber of the number that called him last is sought."},
		{"union defrauded", "The union's accountant received a fake invoice by e-mail and paid 61,000 euros to an account opened by the fraudsters."},
		{"child abuse images", "Учётная запись использовалась для передачи изображений сексуального насилия над детьми. Подозреваемый, взрослый мужчина, угрожал девочке. Необходимы данные о подключениях за два дня."},
	}
	disguised = []struct{ name, body string }{
		{"unknown persons passed files", "An unknown person gained access to the ministry's system and copied internal files, which later appeared in the press. The mailbox of the portal's editor is to be examined."},
		{"administrator of the resource", "Администратор информационного ресурса размещал материалы, порочащие представителей власти и подрывающие доверие населения."},
		{"cyber offence for a cartoon", "Le suspect a utilisé un système informatique pour porter atteinte à la dignité du chef de l'État au moyen d'un dessin humoristique."},
		{"vice", "تبين أن المتهم يستخدم تطبيقا للتعارف بقصد ممارسة الفجور مع رجال آخرين."},
		{"gathering in the square", "请提供当晚在广场上的所有手机的位置信息，以查明参加聚集的人员。"},
		{"money for a legal fund", "La organización recibió donaciones del exterior y las transfirió a las familias de los detenidos. Se solicita la lista de donantes."},
		{"parcel of pills", "A woman ordered tablets by post from an online clinic and lost her pregnancy at home. Her search history and messages with her sister are requested."},
		{"exile", "Il vit à l'étranger depuis 2021 et diffuse des propos hostiles aux institutions de l'État. Sa localisation actuelle est demandée."},
		{"torture archive", "Группа лиц собирала сведения об условиях содержания задержанных и передавала их за рубеж."},
		{"tool", "他在网站上推广绕过封锁的工具，并提供下载教程。"},
		{"prayer at home", "كان يجمع أشخاصا في منزله لدروس دينية دون ترخيص ويوزع عليهم كتبا دينية."},
	}
)

func TestGenuineRequestsPass(t *testing.T) {
	for _, c := range genuine {
		t.Run(c.name, func(t *testing.T) {
			for _, h := range Floor().Find([]Text{{Path: "/facts", Field: Facts, Body: c.body}}) {
				t.Errorf("%s: %s", h.Signal, h.Quote)
			}
		})
	}
}

func TestDisguisedRequestsAreMarked(t *testing.T) {
	for _, c := range disguised {
		t.Run(c.name, func(t *testing.T) {
			hits := Floor().Find([]Text{{Path: "/facts", Field: Facts, Body: c.body}})
			if len(hits) == 0 {
				t.Error("no signal")
			}
			for _, h := range hits {
				t.Logf("%s: %s", h.Signal, h.Quote)
			}
		})
	}
}
