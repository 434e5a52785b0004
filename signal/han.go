package signal

// Characters as written in traditional script, and what they are in the
// simplified script of the lexicon. Only characters that the lexicon uses are
// here: a word added to it may need its characters added here.
const (
	traditional = "亂佈佔來係個備傳傷僑價兒內別劃動務勞勢勸匯區協參員問單噁嚴國圍圖團執報場墮壇壞奪" +
		"婦學實寧審寫專尋對導屬師帳帶幾庫廣張強彈徑復徵惡愛態憲應戀戰戲戶採換損搖搶擊據擬" +
		"擾攝敗敵數斷於時書會條極構槍標樣機檔檢檯欄權歐歡歲歷殺毀氣決洩測準滲滿濫瀆瀏為無" +
		"爭獄獨獲現產畫異當療發盜監盤眾確碼禮禱稅種穩竊筆範簽籌籤糾紀約紙紛終組結絕絡給統" +
		"綁經綫維網線編縱總織繫繳續罰罷羈羣義習聖聞聯聲職聽脅臺與興舉萬蒐藥處虛號衊術衛裏" +
		"裝裡製複褻見規視親覽觀計訊討託記訟訪設許訴診註詆詐評詞詢試詩話該誌認誘語誤誰課誹" +
		"調談請論諮諷謀謗講謠證識議護讀變讚貪責貴費貼賂賄資賣賬賭贈贊贖軍軟載輯轉辯進遊運" +
		"過違選邊郵醜醫釣銀錄錢鎖鎗鏡長門開間閱關隊際險隱雙雜離難雲電靜頁預領頻題願顛風館" +
		"騙騷驕驗體髮魚點黨齡"
	simple = "乱布占来系个备传伤侨价儿内别划动务劳势劝汇区协参员问单恶严国围图团执报场堕坛坏夺" +
		"妇学实宁审写专寻对导属师帐带几库广张强弹径复征恶爱态宪应恋战戏户采换损摇抢击据拟" +
		"扰摄败敌数断于时书会条极构枪标样机档检台栏权欧欢岁历杀毁气决泄测准渗满滥渎浏为无" +
		"争狱独获现产画异当疗发盗监盘众确码礼祷税种稳窃笔范签筹签纠纪约纸纷终组结绝络给统" +
		"绑经线维网线编纵总织系缴续罚罢羁群义习圣闻联声职听胁台与兴举万搜药处虚号蔑术卫里" +
		"装里制复亵见规视亲览观计讯讨托记讼访设许诉诊注诋诈评词询试诗话该志认诱语误谁课诽" +
		"调谈请论咨讽谋谤讲谣证识议护读变赞贪责贵费贴赂贿资卖账赌赠赞赎军软载辑转辩进游运" +
		"过违选边邮丑医钓银录钱锁枪镜长门开间阅关队际险隐双杂离难云电静页预领频题愿颠风馆" +
		"骗骚骄验体发鱼点党龄"
)

var hanPairs = pairs(traditional, simple)

// simplified gives the character under which the lexicon knows r.
func simplified(r rune) rune {
	if s, ok := hanPairs[r]; ok {
		return s
	}
	return r
}
