package signal

import (
	"slices"
	"testing"
)

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
				if h.Fact != "request.harm_told" {
					if h.Fact != HarmTold {
						t.Errorf("%s: %s", h.Signal, h.Quote)
					}
				}
			}
		})
	}
}

func TestDisguisedRequestsAreMarked(t *testing.T) {
	for _, c := range disguised {
		t.Run(c.name, func(t *testing.T) {
			hits := Floor().Find([]Text{{Path: "/facts", Field: Facts, Body: c.body}})
			hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.Fact == HarmTold })
			if len(hits) == 0 {
				t.Error("no signal")
			}
			for _, h := range hits {
				t.Logf("%s: %s", h.Signal, h.Quote)
			}
		})
	}
}

// Shorter ones, in the six languages: those who were harmed may be a newsroom,
// a party, a union, a church or a clinic; and labels alone tell of no harm.
var (
	harmed = []string{
		`On 4 March 2026 the parish office lost 18,400 euros after an invoice for roof repairs was altered in transit; the bank details led to an account opened with a stolen identity card. Login records of the mailbox from which the altered invoice came are requested.`,
		`A clearing house for missing and exploited children reported that an account shared 61 pictures of the rape of children under ten. The subscriber's name and the IP addresses of the uploads are required.`,
		`The trade union's membership database was copied and its 9,000 members received messages demanding payment in bitcoin. We ask for the registration data of the address used to send the demands.`,
		`The intruders used an unpatched flaw in the hospital's VPN gateway, deleted backups and demanded 2 million dollars. The incident response team notified the police. Data on the renter of the server are sought.`,
		`The suspect, a man of 44, wrote to girls of 12 and 13 pretending to be a boy and made them undress before the camera. The messages of his account and connection logs are requested.`,
		`A wave of forged parcels notices led 300 people to enter card numbers; the domain was rented with prepaid vouchers. Identify the customer who rented it.`,
		`Un cabinet d'avocats a été paralysé par un logiciel qui a rendu illisibles ses dossiers ; une note réclamait 30 000 euros. Les données du titulaire de l'adresse de négociation sont demandées.`,
		`Une association d'aide aux réfugiés a viré 52 000 euros sur un compte ouvert par un individu qui s'était présenté comme son propriétaire. Il est demandé l'identité du titulaire du compte et ses journaux de connexion.`,
		`Le site d'un quotidien régional a été saturé pendant trois jours ; un message exigeait un paiement pour que cela cesse. Identification du client ayant commandé l'attaque.`,
		`Le mis en cause a enregistré des vidéos de viols sur sa fille de sept ans et les a échangées sur un forum. L'adresse IP des connexions est sollicitée.`,
		`Desconocidos accedieron al correo de la diócesis y cambiaron el número de cuenta de una donación; 70.000 euros fueron desviados. Se solicitan los datos del titular de la cuenta receptora.`,
		`Un sindicato denunció que le enviaron facturas con datos bancarios alterados y pagó 23.000 euros. Se pide identificar al usuario del buzón remitente.`,
		`El investigado, haciéndose pasar por una agencia de modelos, consiguió fotografías de niñas de 11 años y amenazó con enviarlas a sus padres. Se requieren los registros de acceso de su cuenta.`,
		`Un portal de noticias publicó que su sistema fue cifrado; los autores pedían 15 bitcoins. Se requiere el registro del servidor de control.`,
		`Неизвестные получили доступ к системе клиники, зашифровали истории болезни и требовали 40 биткоинов. Просим предоставить данные арендатора сервера.`,
		`В адрес профсоюза поступило письмо с изменёнными реквизитами, после чего 3 миллиона рублей переведены на счёт подставной фирмы. Просим сообщить данные о подключениях к почтовому ящику отправителя.`,
		`Мужчина, представляясь фотографом детского агентства, получил от девочек 10–12 лет изображения и продавал их. Необходимы данные владельца аккаунта и IP-адреса.`,
		`С марта по июнь 2026 года через поддельный сайт банка у 46 вкладчиков списано 12 миллионов рублей. Просим установить арендатора домена.`,
		`某報社之伺服器於三月遭加密，歹徒留下字條要求支付比特幣。請提供字條所載信箱之註冊資料及登入紀錄。`,
		`某基金會會計收到更改帳號之電郵，匯出四十萬元至人頭帳戶。請提供該信箱之申請人資料。`,
		`境外人员冒充公安民警致电老人，称其涉案，骗走养老金共计三百万元。请提供该号码的登记资料和通话记录。`,
		`某账号上传儿童遭性侵影像五十余张，失踪与受虐儿童援助中心通报我方。请提供用户注册资料及上传地址。`,
		`تعرضت خوادم مستشفى لتشفير كامل وطلب الجناة مليون دولار لفكها. نطلب بيانات مستأجر الخادم وسجلات الدخول.`,
		`تلقت جمعية خيرية رسالة تحمل رقم حساب معدلا فحولت إليه 80 ألف يورو. يرجى تزويدنا ببيانات صاحب البريد المرسل.`,
		`استدرج رجل فتيات في الثانية عشرة من العمر وحصل على صورهن ثم هددهن بنشرها. نطلب سجل الدخول إلى حسابه.`,
		`اختطف مجهولون ابن تاجر وأرسلوا مقطعا مصورا يطلبون فيه مبلغا لإطلاق سراحه. المطلوب تحديد مكان الهاتف.`,
		`Five subscribers of a savings bank lost 61,000 dollars after a caller said he was from its security team and had them read out codes. The caller's number and the account that received the money are named below.`,
		`The band sold methamphetamine through a channel whose administrator posted prices twice a week; 14 parcels were seized. Subscriber data of the administrator's account are sought.`,
		`A lawyer's office reports that a former client threatened to kill her unless she returned his fee; the messages came from the address below.`,
		`On 2 June a rally driver was kidnapped; his brother received a video and a demand for 300,000 euros. The location of the phone is needed.`,
		`The student card system of a university was wiped and a demand for payment appeared on every screen.`,
		`Trois mineures de 13 ans ont été recrutées par une annonce de mannequinat puis contraintes à se prostituer ; l'auteur des annonces est à identifier.`,
		`Le maire d'une commune a reçu des menaces de mort répétées avec la photographie de ses enfants ; l'adresse d'émission est visée.`,
		`Le suspect a vendu des comptes de joueurs volés à 1 200 acheteurs pour 90 000 euros.`,
		`El agente inmobiliario ficticio cobró señales por pisos que no existían a treinta familias; se interesa la titularidad de la línea.`,
		`Un periodista recibió disparos en la puerta de su casa tras amenazas; se pide la titularidad del número que lo amenazó.`,
		`Через канал предлагались поддельные водительские удостоверения; установлено 200 покупателей. Просим данные администратора.`,
		`Злоумышленник установил на телефон журналистки программу слежения и рассылал её снимки. Просим установить, кому принадлежит сервер.`,
		`一名記者的電話被植入監控程式，私密影像遭散布。請提供控制伺服器租用人資料。`,
		`嫌疑人在直播间贩卖假药，致三人死亡。请提供主播账号注册资料。`,
		`تلقى رئيس بلدية تهديدات بالقتل له ولأطفاله من الحساب المبين. نطلب بيانات صاحب الحساب.`,
		`باع المتهم عبر قناته أدوية مزورة للسرطان وتوفي مريضان. نطلب بيانات مدير القناة.`,
	}
	dressedUp = []string{
		`An officer of the audit chamber downloaded forty annexes of the bridge contract before his leave; two weeks later an online outlet abroad described the sums in detail. The holder of the outlet's account is wanted for illegal access, together with the letters received in that period.`,
		`The accused tried in a meter-reading service whether another household's bill would open when the customer number was changed; it did, and he told the utility and the consumer authority. The utility denies it. His laptop backup and mail are requested.`,
		`Several dozen residents stood before the depot holding candles for the drowned and lorries waited for an hour. The police seek the handset numbers present in the street between 7 and 10 p.m.`,
		`The account holder gathered small sums from shopkeepers abroad which were spent on rent for people released from prison; the unit suspects laundering. Names of all who sent money are needed.`,
		`A couple of men who share a flat were reported by a neighbour; on the phone of one were found messages from an application. The contents of the profile and the persons he met are requested.`,
		`The drawings show the governor as a donkey counting coins; they were shared 3,000 times, which constitutes cyber harassment of an official.`,
		`Une infirmière a constaté des décès inexpliqués dans un foyer public et en a parlé à une radio ; l'administration dépose plainte pour soustraction de données. Il faut savoir avec qui elle a échangé.`,
		`Le prévenu relayait des horaires de rendez-vous pour accompagner à la gare les personnes sans titre de séjour et leur offrait du thé ; aide au trafic de migrants. Liste des bénévoles souhaitée.`,
		`Une douzaine de jeunes ont collé la nuit des affiches réclamant la libération d'un poète. Les échanges du groupe et l'identité de tous ses membres sont demandés.`,
		`Una maestra recogía en su casa a vecinas para leer los evangelios los jueves; carece de permiso. Se piden los contactos de su teléfono.`,
		`El titular del canal difundió tomas del convoy militar atravesando el mercado y de los cuerpos en la morgue; se le imputa propagación de alarma. Se solicita su ubicación en el país vecino.`,
		`La investigada explicó por chat a jóvenes cómo tomar dos pastillas y cuándo acudir a urgencias. Se requieren las conversaciones con todas las usuarias.`,
		`Обвиняемая переводила деньги матерям осуждённых по делу о площади, оплачивала им дорогу и передачи. Вменяется финансирование запрещённой деятельности. Просим назвать всех, кто переводил ей средства.`,
		`Житель обнаружил, что на портале записи к врачу чужие направления открываются по подбору номера, и написал об этом в службу поддержки и в газету. Просим предоставить содержимое его почты.`,
		`Группа жильцов вышла к зданию мэрии с листами бумаги и молчала двадцать минут. Просим данные абонентов, чьи телефоны находились рядом.`,
		`被告常在网上发表旧照片与口述，谈及六十年前饥荒中死去的村民，有关部门认为歪曲历史。请提供其通信对象及在国外的住处。`,
		`该账号教人如何在网络受限时继续使用外国聊天程序，并每月收取少量费用维持服务器，涉嫌非法经营。请提供全部付费者名单。`,
		`某教师每周在家中与十余人唱诗读经，收取点心费，涉嫌诈骗。请提供成员通信录。`,
		`نشر المتهم مقطعا يقلد فيه صوت الوزير وهو يعد بأشياء لم تتحقق، فاعتبر ذلك انتحالا لصفة. يطلب تحديد هويته ومن شاركوا المقطع.`,
		`أرسلت ممرضة إلى زميلة لها في الخارج أعداد من توفوا في الجناح بعد انقطاع الكهرباء، فاتهمت بالنفاذ غير المشروع. نطلب رسائل الزميلة.`,
		`اعتاد المشتبه به ارتداء ملابس نسائية في تسجيلات يبثها، ويستقبل في شقته رجالا. يطلب سجل محادثاته.`,
		`كان المشتبه به يوزع على العمال نصا يدعوهم إلى عدم العودة إلى المصنع حتى تدفع رواتبهم. نطلب أسماء من تلقوا النص.`,
		`Members of a neighbourhood choir posted a clip of bulldozers at dawn with the caption "this was our school"; the prefecture considers public calm disturbed.`,
		`The book seller delivered atlases in which the southern strip bears another name; customers' data from 2021 on are requested.`,
		`L'intéressé a traduit pour une organisation internationale les récits de villageois déplacés et leur a remis des enregistrements.`,
		`El imputado vendía por correo ejemplares de un libro prohibido sobre la familia del presidente; se pide la lista de compradores.`,
		`Los hermanos administran una página con los nombres de quienes no volvieron del cuartel; se les atribuye acceso ilícito a un padrón.`,
		`Мужчина устраивал у себя вечера, на которые приходили только мужчины; по словам соседей, происходящее неприлично. Просим список гостей.`,
		`Женщина пересылала подругам выписки о смерти новобранцев из госпиталя, где убирала. Вменяется неправомерный доступ.`,
		`其在境外网站连载小说，以古代皇帝影射当今，煽动不满。请提供读者打赏名单。`,
		`该律师在网上公布看守所不准会见的经过，涉嫌泄露案情。请提供其全部工作邮件。`,
		`جمع المتهمان أسماء الغارقين في القارب من ذويهم ونشراها، واتهما بمعالجة بيانات شخصية دون إذن.`,
	}
)

func TestHarmedPass(t *testing.T) {
	for _, s := range harmed {
		for _, h := range Floor().Find([]Text{{Path: "/facts", Field: Facts, Body: s}}) {
			if h.Fact != "request.harm_told" {
				t.Errorf("%s fires at %q: %s", h.Signal, h.Quote, s)
			}
		}
	}
}

func TestDressedUpAreMarked(t *testing.T) {
	for _, s := range dressedUp {
		hits := Floor().Find([]Text{{Path: "/facts", Field: Facts, Body: s}})
		if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Fact != "request.harm_told" }) {
			t.Errorf("no signal: %s", s)
		}
	}
}
