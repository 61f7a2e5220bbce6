using DocExchange.Trust.Ofd;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>Names that are one name elsewhere, and names that only look alike to who does not know their letters.</summary>
public sealed class OfdSameNamesTests
{
    [TestCase("\u307F\u307B\u3093.png", "\u305D\u3089\u306E.png", false, TestName = "Kana")]
    [TestCase("\u304C.png", "\u304B\u3099.png", true, TestName = "Voiced_kana")]
    [TestCase("\u3065.png", "\u3064\u3099.png", true, TestName = "Voiced_kana_behind_a_small_one")]
    [TestCase("\u3071.png", "\u306F\u309A.png", true, TestName = "Half_voiced_kana")]
    [TestCase("\u3070.png", "\u306F\u309A.png", false, TestName = "Voiced_and_half_voiced_kana")]
    [TestCase("\u30F4.png", "\u30A6\u3099.png", true, TestName = "Katakana")]
    [TestCase("\u30F7.png", "\u30EF\u3099.png", true, TestName = "Late_katakana")]
    [TestCase("\uAC00\uB098.png", "\uB2E4\uB77C.png", false, TestName = "Hangul")]
    [TestCase("\uAC00.png", "\u1100\u1161.png", true, TestName = "Hangul_of_two_letters")]
    [TestCase("\uAC01.png", "\u1100\u1161\u11A8.png", true, TestName = "Hangul_of_three_letters")]
    [TestCase("\uAC01.png", "\uAC00\u11A8.png", true, TestName = "Hangul_of_a_syllable_and_a_letter")]
    [TestCase("\u0434\u0430.png", "\u043D\u0435.png", false, TestName = "Cyrillic")]
    [TestCase("\u0439.png", "\u0438\u0306.png", true, TestName = "Cyrillic_with_an_accent")]
    [TestCase("\u00E9.png", "e\u0301.png", true, TestName = "Latin_with_an_accent")]
    [TestCase("K.png", "\u212A.png", true, TestName = "The_Kelvin_sign")]
    [TestCase("\u66F4.png", "\uF901.png", true, TestName = "A_compatibility_ideograph")]
    public void Are_told_apart_as_far_as_their_letters_follow_a_rule(string one, string two, bool isSame)
    {
        string[] paths = ["a/" + one, "a/" + two, "b/" + one];
        Assert.That(OfdSameNames.Among(paths, new HashSet<string>([paths[0], paths[1]])), isSame ? Is.EquivalentTo(paths[..2]) : Is.Empty);
    }

    [Test]
    public void Count_where_one_of_them_is_not_covered_but_for_what_Windows_forgives()
    {
        string[] paths = ["\u00E4.png", "\u00FC.png", "a.png", "A.png."];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OfdSameNames.Among(paths, new HashSet<string>()), Is.EquivalentTo(paths[2..]));
            Assert.That(OfdSameNames.Among(paths, new HashSet<string>([paths[0]])), Is.EquivalentTo(paths));
        }
    }

    [Test]
    public void Are_named_once_however_many_are_alike()
    {
        var paths = Enumerable.Range(0, 3000).Select(each => $"x/\uF900{(char)(0x4E00 + each)}").ToList();
        Assert.That(OfdSameNames.Among(paths, paths.ToHashSet()), Is.EquivalentTo(paths));
    }
}
