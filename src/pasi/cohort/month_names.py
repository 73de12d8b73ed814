"""Names of months in the languages of spreadsheets that write Latin letters: short and long, as in a date and alone.

Lower case and without accents, the months in their order, several names of one with a slash between them. From the
Unicode CLDR (version 49), as the Python package babel 2.19 holds it; names of several words are left out.
"""

LANGUAGES = {
    "Afrikaans": (
        "jan/januarie feb/februarie mrt/maart apr/april mei jun/junie jul/julie aug/augustus sep/september "
        "okt/oktober nov/november des/desember"
    ),
    "Albanian": (
        "jan/janar shk/shkurt mar/mars pri/prill maj qer/qershor korr/korrik gush/gusht sht/shtator tet/tetor "
        "nen/nentor dhj/dhjetor"
    ),
    "Azerbaijani": (
        "yan/yanvar fev/fevral mar/mart apr/aprel may iyn/iyun iyl/iyul avq/avqust sen/sentyabr okt/oktyabr "
        "noy/noyabr dek/dekabr"
    ),
    "Basque": (
        "urt/urtarrila ots/otsaila mar/martxoa api/apirila mai/maiatza eka/ekaina uzt/uztaila abu/abuztua "
        "ira/iraila urr/urria aza/azaroa abe/abendua"
    ),
    "Bosnian (Latin)": (
        "jan/januar feb/februar mar/mart apr/april maj jun/juni jul/juli aug/august sep/septembar okt/oktobar "
        "nov/novembar dec/decembar"
    ),
    "Catalan": (
        "gen/gener febr/febrer marc abr/abril maig juny jul/juliol ag/agost set/setembre oct/octubre nov/novembre "
        "des/desembre"
    ),
    "Croatian": (
        "sij/sijecnja/sijecanj velj/veljace/veljaca ozu/ozujka/ozujak tra/travnja/travanj svi/svibnja/svibanj "
        "lip/lipnja/lipanj srp/srpnja/srpanj kol/kolovoza/kolovoz ruj/rujna/rujan lis/listopada/listopad "
        "stu/studenoga/studeni pro/prosinca/prosinac"
    ),
    "Czech": (
        "led/ledna/leden uno/unora/unor bre/brezna/brezen dub/dubna/duben kve/kvetna/kveten cvn/cervna/cerven "
        "cvc/cervence/cervenec srp/srpna/srpen zar/zari rij/rijna/rijen lis/listopadu/listopad "
        "pro/prosince/prosinec"
    ),
    "Danish": (
        "jan/januar feb/februar mar/marts apr/april maj jun/juni jul/juli aug/august sep/september okt/oktober "
        "nov/november dec/december"
    ),
    "Dutch": (
        "jan/januari feb/februari mrt/maart apr/april mei jun/juni jul/juli aug/augustus sep/september "
        "okt/oktober nov/november dec/december"
    ),
    "English": (
        "jan/january feb/february mar/march apr/april may jun/june jul/july aug/august sep/september oct/october "
        "nov/november dec/december"
    ),
    "Estonian": (
        "jaan/jaanuar veebr/veebruar marts apr/aprill mai juuni juuli aug/august sept/september okt/oktoober "
        "nov/november dets/detsember"
    ),
    "Faroese": (
        "jan/januar feb/februar mar/mars apr/april mai jun/juni jul/juli aug/august sep/september okt/oktober "
        "nov/november des/desember"
    ),
    "Filipino": (
        "ene/enero peb/pebrero mar/marso abr/abril may/mayo hun/hunyo hul/hulyo ago/agosto set/setyembre "
        "okt/oktubre nob/nobyembre dis/disyembre"
    ),
    "Finnish": (
        "tammi/tammikuuta/tammikuu helmi/helmikuuta/helmikuu maalis/maaliskuuta/maaliskuu "
        "huhti/huhtikuuta/huhtikuu touko/toukokuuta/toukokuu kesa/kesakuuta/kesakuu heina/heinakuuta/heinakuu "
        "elo/elokuuta/elokuu syys/syyskuuta/syyskuu loka/lokakuuta/lokakuu marras/marraskuuta/marraskuu "
        "joulu/joulukuuta/joulukuu"
    ),
    "French": (
        "janv/janvier fevr/fevrier mars avr/avril mai juin juil/juillet aout sept/septembre oct/octobre "
        "nov/novembre dec/decembre"
    ),
    "Galician": (
        "xan/xaneiro feb/febreiro mar/marzo abr/abril maio xuno xul/xullo ago/agosto set/setembro out/outubro "
        "nov/novembro dec/decembro"
    ),
    "German": (
        "jan/januar feb/februar marz/mar apr/april mai juni/jun juli/jul aug/august sept/september/sep "
        "okt/oktober nov/november dez/dezember"
    ),
    "Hungarian": (
        "jan/januar febr/februar marc/marcius apr/aprilis maj/majus jun/junius jul/julius aug/augusztus "
        "szept/szeptember okt/oktober nov/november dec/december"
    ),
    "Icelandic": (
        "jan/januar feb/februar mar/mars apr/april mai jun/juni jul/juli agu/agust sep/september okt/oktober "
        "nov/november des/desember"
    ),
    "Indonesian": (
        "jan/januari feb/februari mar/maret apr/april mei jun/juni jul/juli agu/agustus sep/september okt/oktober "
        "nov/november des/desember"
    ),
    "Irish": (
        "ean/eanair feabh/feabhra marta aib/aibrean beal/bealtaine meith/meitheamh iuil lun/lunasa mfomh dfomh "
        "samh/samhain noll/nollaig"
    ),
    "Italian": (
        "gen/gennaio feb/febbraio mar/marzo apr/aprile mag/maggio giu/giugno lug/luglio ago/agosto set/settembre "
        "ott/ottobre nov/novembre dic/dicembre"
    ),
    "Latvian": (
        "janv/janvaris febr/februaris marts apr/aprilis maijs jun/junijs jul/julijs aug/augusts sept/septembris "
        "okt/oktobris nov/novembris dec/decembris"
    ),
    "Lithuanian": (
        "saus/sausio/sausis vas/vasario/vasaris kov/kovo/kovas bal/balandzio/balandis geg/geguzes/geguze "
        "birz/birzelio/birzelis liep/liepos/liepa rugp/rugpjucio/rugpjutis rugs/rugsejo/rugsejis "
        "spal/spalio/spalis lapkr/lapkricio/lapkritis gruod/gruodzio/gruodis"
    ),
    "Luxembourgish": (
        "jan/januar feb/februar mae/maerz abr/abrell mee juni/jun juli/jul aug/august sep/september okt/oktober "
        "nov/november dez/dezember"
    ),
    "Malay": (
        "jan/januari feb/februari mac apr/april mei jun jul/julai ogo/ogos sep/september okt/oktober nov/november "
        "dis/disember"
    ),
    "Maltese": (
        "jan/jannar fra/frar mar/marzu apr/april mej/mejju gun/gunju lul/lulju aww/awwissu set/settembru "
        "ott/ottubru nov/novembru dic/dicembru"
    ),
    "Norwegian Bokmål": (
        "jan/januar feb/februar mars/mar apr/april mai juni/jun juli/jul aug/august sep/september okt/oktober "
        "nov/november des/desember"
    ),
    "Norwegian Nynorsk": (
        "jan/januar feb/februar mars/mar apr/april mai juni/jun juli/jul aug/august sep/september okt/oktober "
        "nov/november des/desember"
    ),
    "Polish": (
        "sty/stycznia/styczen lut/lutego/luty mar/marca/marzec kwi/kwietnia/kwiecien maj/maja "
        "cze/czerwca/czerwiec lip/lipca/lipiec sie/sierpnia/sierpien wrz/wrzesnia/wrzesien "
        "paz/pazdziernika/pazdziernik lis/listopada/listopad gru/grudnia/grudzien"
    ),
    "Portuguese": (
        "jan/janeiro fev/fevereiro mar/marco abr/abril mai/maio jun/junho jul/julho ago/agosto set/setembro "
        "out/outubro nov/novembro dez/dezembro"
    ),
    "Romanian": (
        "ian/ianuarie feb/februarie mar/martie apr/aprilie mai iun/iunie iul/iulie aug/august sept/septembrie "
        "oct/octombrie nov/noiembrie dec/decembrie"
    ),
    "Serbian (Latin)": (
        "jan/januar feb/februar mar/mart apr/april maj jun jul avg/avgust sep/septembar okt/oktobar nov/novembar "
        "dec/decembar"
    ),
    "Slovak": (
        "jan/januara/januar feb/februara/februar mar/marca/marec apr/aprila/april maj/maja jun/juna jul/jula "
        "aug/augusta/august sep/septembra/september okt/oktobra/oktober nov/novembra/november "
        "dec/decembra/december"
    ),
    "Slovenian": (
        "jan/januar feb/februar mar/marec apr/april maj jun/junij jul/julij avg/avgust sep/september okt/oktober "
        "nov/november dec/december"
    ),
    "Spanish": (
        "ene/enero feb/febrero mar/marzo abr/abril may/mayo jun/junio jul/julio ago/agosto sept/septiembre "
        "oct/octubre nov/noviembre dic/diciembre"
    ),
    "Swahili": (
        "jan/januari feb/februari mac/machi apr/aprili mei jun/juni jul/julai ago/agosti sep/septemba okt/oktoba "
        "nov/novemba des/desemba"
    ),
    "Swedish": (
        "jan/januari feb/februari mars apr/april maj juni juli aug/augusti sep/september okt/oktober nov/november "
        "dec/december"
    ),
    "Turkish": (
        "oca/ocak sub/subat mar/mart nis/nisan may/mayis haz/haziran tem/temmuz agu/agustos eyl/eylul eki/ekim "
        "kas/kasim ara/aralik"
    ),
    "Uzbek (Latin)": (
        "yan/yanvar fev/fevral mar/mart apr/aprel may iyn/iyun iyl/iyul avg/avgust sen/sentabr okt/oktabr "
        "noy/noyabr dek/dekabr"
    ),
    "Welsh": (
        "ion/ionawr chwef/chwefror/chw maw/mawrth ebr/ebrill mai meh/mehefin gorff/gorffennaf/gor awst medi "
        "hyd/hydref tach/tachwedd rhag/rhagfyr"
    ),
    # What spreadsheets write beside the above.
    "English, German, Spanish": "jan feb mrz apr may jun jul aug sept oct nov dic",
    "Croatian, short": "sij vlj ozu tra svi lip srp kol ruj lis stu pro",
    "Indonesian, short": "jan peb mar apr mei jun jul agt sep okt nop des",
    "Lithuanian, short": "sau vas kov bal geg bir lie rgp rgs spl lap grd",
    "Portuguese, French": "jan fev mar avril mai juin juil aout set out nov dez",
}


def _months() -> dict[str, tuple[int, ...]]:
    """The numbers of the months that each name has; lis is October in Croatian, and November in Polish."""
    found: dict[str, tuple[int, ...]] = {}
    for text in LANGUAGES.values():
        for month, names in enumerate(text.split(" "), 1):
            for name in names.split("/"):
                numbers = found.get(name, ())
                found[name] = numbers if month in numbers else (*numbers, month)
    return found


MONTHS = _months()
ROMAN_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")  # Czech, Hungarian
ROMAN = {numeral: month for month, numeral in enumerate(ROMAN_NUMERALS, 1)}
