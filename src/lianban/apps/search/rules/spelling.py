"""How a name may be typed: as it is written, in pinyin, by initials; from its beginning or from any word or character.

A name is cut into units: one Chinese character, one run of letters, one run of digits. A search may begin at any unit.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pypinyin import lazy_pinyin

PLAIN, PINYIN, INITIALS = 5, 10, 6  # how much of what follows a place is written into the index
PINYIN_FROM_START, INITIALS_FROM_START = 16, 8  # the same for the beginning of a name, which is typed furthest
WHOLE = 60  # of a name that is looked for whole
VARIANTS = 16  # readings kept together at one place, those with the fewest rare ones first
# Characters with a second reading in names of places, people, firms or goods, or in at least two phrases and 2 % of the
# phrases of pypinyin's dictionary: each reading finds them, wherever they stand.
_SECOND_READINGS = """
    长:chang,zhang 重:zhong,chong 行:xing,hang 乐:le,yue 厦:xia,sha 都:du,dou 朝:chao,zhao 曾:zeng,ceng 单:dan,shan
    解:jie,xie 仇:qiu,chou 区:qu,ou 查:cha,zha 盛:sheng,cheng 大:da,dai 传:chuan,zhuan 调:tiao,diao 弹:dan,tan
    藏:cang,zang 率:lv,shuai 车:che,ju 系:xi,ji 校:xiao,jiao 降:jiang,xiang 强:qiang,jiang 会:hui,kuai 参:can,shen
    便:bian,pian 省:sheng,xing 属:shu,zhu 宿:su,xiu 血:xue,xie 壳:ke,qiao 薄:bo,bao 剥:bo,bao 削:xue,xiao 屏:ping,bing
    模:mo,mu 泊:bo,po 柏:bai,bo 卡:ka,qia 奇:qi,ji 乘:cheng,sheng 畜:xu,chu 折:zhe,she 似:si,shi 缩:suo,su 尉:wei,yu
    铅:qian,yan 蔚:wei,yu 六:liu,lu 番:fan,pan 莘:xin,shen 莞:guan,wan 绿:lv,lu 露:lu,lou 贾:jia,gu 牟:mou,mu 万:wan,mo
    佛:fo,fu 差:cha,chai 和:he,huo 石:shi,dan 角:jiao,jue 脉:mai,mo 核:he,hu 色:se,shai 堡:bao,pu 栅:zha,shan 塔:ta,da
    拓:tuo,ta 磅:bang,pang 澄:cheng,deng 镐:gao,hao 敦:dun,dui 伽:jia,ga 纤:xian,qian 圈:quan,juan 轧:zha,ya 仔:zi,zai
    给:ji,gei 颈:jing,geng 称:cheng,chen 粘:zhan,nian 择:ze,zhai 塞:sai,se 汤:tang,shang 将:jiang,qiang 景:jing,ying
    巷:xiang,hang 著:zhu,zhuo 阿:a,e 蚌:bang,beng 提:ti,di 洞:dong,tong 炔:que,gui 酵:jiao,xiao 缪:miao,mou 朴:pu,piao
    盖:gai,ge 翟:zhai,di 覃:qin,tan 谌:chen,shen 秘:mi,bi 费:fei,bi 茄:qie,jia 臂:bi,bei 囤:tun,dun 扁:bian,pian 扎:zha,za
    颤:chan,zhan 合:he,ge 涡:wo,guo 浒:hu,xu 尾:wei,yi 荨:qian,xun 杉:shan,sha 叶:ye,xie 夹:jia,ga 泌:mi,bi 暴:bao,pu
    遗:yi,wei 见:jian,xian 度:du,duo 匙:chi,shi 钥:yao,yue 术:shu,zhu 勒:le,lei 铛:dang,cheng 祭:ji,zhai 隗:wei,kui
    冼:xian,sheng 员:yuan,yun 沌:dun,zhuan 侗:dong,tong 貉:he,hao 劲:jin,jing 卜:bu,bo 了:liao,le 刹:cha,sha 吭:hang,keng
    蛇:she,yi 射:she,ye 被:bei,pi 还:huan,hai 抹:mo,ma 曝:pu,bao 栖:qi,xi 沓:ta,da 觉:jue,jiao 的:de,di 粥:zhou,yu
    爪:zhao,zhua 攒:cuan,zan 恶:e,wu 拗:niu,ao 亲:qin,qing 咽:yan,ye 冯:feng,ping 埋:mai,man 诘:jie,ji 什:shi,shen
    卒:zu,cu 着:zhe,zhuo,zhao 否:fou,pi 蔓:man,wan 辟:pi,bi 蛤:ha,ge 纶:lun,guan 雀:que,qiao 耙:pa,ba 弄:nong,long
    肋:lei,le 迫:po,pai 弟:di,ti 伺:si,ci 糜:mi,mei 臭:chou,xiu 没:mei,mo 槛:jian,kan 谁:shui,shei 藉:jie,ji 俩:lia,liang
    剿:jiao,chao 偻:lou,lv 禅:chan,shan 裳:chang,shang 坏:huai,pi 溺:ni,niao 嚼:jiao,jue 裨:bi,pi 艾:ai,yi 陆:lu,liu
    擿:ti,zhai 刨:bao,pao 尿:niao,sui 蹊:xi,qi 呢:ni,ne 椎:chui,zhui 扛:gang,kang 匮:kui,gui 扒:pa,ba 疟:yao,nve
    胖:pang,pan 叨:dao,tao 喳:zha,cha 呱:gua,gu 吁:xu,yu 吓:xia,he 嗒:da,ta 徵:zheng,zhi 咋:za,ze 咱:zan,za 咳:ke,hai
    揭:jie,qi 絜:xie,jie 靓:liang,jing 氓:mang,meng 掴:guo,guai 螫:shi,zhe 柚:zhou,you 腌:yan,a
"""
POLYPHONES = dict(entry.split(":") for entry in _SECOND_READINGS.split())


def plain(text: str) -> str:
    """Narrow, lower case, without accents.

    >>> plain("ＣＨＯ－K1  Schüller")
    'cho-k1  schuller'
    """
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFKC", bare).lower()


def is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"


def cut(text: str) -> list[str]:
    """Units of a text.

    >>> cut("PA66 树脂（一级）")
    ['pa', '66', '树', '脂', '一', '级']
    """
    units: list[str] = []
    last = ""
    for char in plain(text):
        kind = "" if not char.isalnum() else "c" if is_chinese(char) else "d" if char.isdigit() else "l"
        if kind in ("l", "d") and kind == last:
            units[-1] += char
        elif kind:
            units.append(char)
        last = kind
    return units


class Unit(NamedTuple):
    """One unit of a name, its readings and their first letters; a word or a number is read as it is written."""

    text: str
    readings: tuple[str, ...]
    initials: tuple[str, ...]
    first: str  # the letters it may begin with


@lru_cache(maxsize=20_000)
def _unit(text: str) -> Unit:
    if not is_chinese(text[0]):
        return Unit(text, (text,), (text,), text[0])
    said = POLYPHONES[text].split(",") if text in POLYPHONES else lazy_pinyin(text)
    wide = [one.replace("v", "u") for one in said if one in ("lv", "nv")]
    readings = tuple(one for one in (*said, *wide) if one.isascii()) or (text,)
    initials = tuple(dict.fromkeys(one[0] for one in readings))
    return Unit(text, readings, initials, text + "".join(initials))


@lru_cache(maxsize=20_000)
def spelled(text: str) -> tuple[Unit, ...]:
    """Units of a text with their readings."""
    return tuple(map(_unit, cut(text)))


@lru_cache(maxsize=20_000)
def run_together(text: str) -> str:
    """A text as it is written, without what stands between its units."""
    return "".join(cut(text))


def fits(term: str, text: str) -> int | None:
    """Where in a text a term begins: its unit, 0 at the very beginning; None where it is nowhere.

    Characters, pinyin and initials may be mixed; a syllable or a word may end early only at the end of the term.

    >>> fits("njjm", "南京精密机械"), fits("jingmi", "南京精密机械"), fits("南京jm", "南京精密机械"), fits("anjing", "南京精密")
    (0, 2, 0, None)
    """
    units = spelled(text)
    for start, unit in enumerate(units):
        if term[0] in unit.first and _goes_on(term, units, start):
            return start
    return None


def _goes_on(rest: str, units: tuple[Unit, ...], at: int) -> bool:
    if not rest:
        return True
    if at == len(units):
        return False
    unit = units[at]
    for one in dict.fromkeys((unit.text, *unit.readings, *unit.initials)):
        if one.startswith(rest) or (rest.startswith(one) and _goes_on(rest[len(one) :], units, at + 1)):
            return True
    return False


def _runs(options: list[tuple[str, ...]], length: int) -> set[str]:
    """What may be typed from each place on, up to a length; the likeliest readings where there are many."""
    first = "".join(option[0] for option in options)
    starts = [0]
    for option in options:
        starts.append(starts[-1] + len(option[0]))
    found = {first[at : at + length] for at in starts[:-1]}
    several = [i for i, option in enumerate(options) if len(option) > 1]
    if several:
        for start in range(len(options)):
            if any(start <= i < start + length for i in several):
                found |= _variants(options[start:], length)
    return found


def _variants(options: list[tuple[str, ...]], length: int) -> set[str]:
    grown = [(0, "")]
    for option in options:
        grown = [(rare + i, before + one) for rare, before in grown for i, one in enumerate(option)]
        if len(grown) > VARIANTS:
            grown = sorted(grown)[:VARIANTS]
        if all(len(before) >= length for _, before in grown):
            break
    return {before[:length] for _, before in grown}


def index_words(texts: Iterable[str]) -> dict[str, set[str]]:
    """What the index keeps for the names of a thing: whole names, beginnings, and what follows each place in them."""
    found: dict[str, set[str]] = {"e": set(), "b": set(), "p": set()}
    for text in texts:
        units = spelled(text)
        if not units:
            continue
        run, at = "".join(unit.text for unit in units), 0
        found["e"].add(run[:WHOLE])
        found["b"].add(run[:PINYIN_FROM_START])
        for unit in units:
            found["p"].add(run[at : at + (PLAIN if is_chinese(unit.text) else PINYIN)])
            at += len(unit.text)
        if any(is_chinese(unit.text) for unit in units):
            readings, initials = [unit.readings for unit in units], [unit.initials for unit in units]
            found["p"] |= _runs(readings, PINYIN) | _runs(initials, INITIALS)
            found["b"] |= _variants(readings, PINYIN_FROM_START) | _variants(initials, INITIALS_FROM_START)
    return found


def asked_words(term: str, stage: str) -> list[str]:
    """Words of the index that a typed term asks for at a stage, without mark; a * says that a word begins so.

    >>> asked_words("新能源科技", "p"), asked_words("南京jm", "p"), asked_words("南京jm", "b")
    (['新能源科技*'], ['南京*', 'jm*'], ['南京*'])
    """
    stretches: list[str] = []
    for unit in cut(term):
        chinese = is_chinese(unit)
        if stretches and is_chinese(stretches[-1][0]) == chinese:
            stretches[-1] += unit
        else:
            stretches.append(unit)
    if stage == "b":
        return [stretches[0][:INITIALS_FROM_START] + "*"] if stretches else []
    words = []
    for stretch in stretches:
        if is_chinese(stretch[0]):
            words += [stretch[i : i + PLAIN] + "*" for i in range(0, len(stretch), PLAIN)]
        else:
            words.append(stretch[:PINYIN] + "*")
    return words
