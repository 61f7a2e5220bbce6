using CsCheck;
using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class UnifiedSocialCreditCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    internal static readonly Gen<UnifiedSocialCreditCode> Codes =
        Gen.Int[0, Alphabet.Length - 1].Array[17].Select(places =>
        {
            var body = new string([.. places.Select(place => Alphabet[place])]);
            return UnifiedSocialCreditCode.Parse(body + UnifiedSocialCreditCode.CheckCharacter(body));
        });

    [TestCase("91350100M000100Y43")]
    [TestCase("115300000151003540")]
    [TestCase("11370306MB2867521U")]
    [TestCase("12100000400002195R")]
    [TestCase("113400000029860376")]
    public void Accepts_codes_in_use(string code) => Assert.That(UnifiedSocialCreditCode.Parse(code).ToString(), Is.EqualTo(code));

    [Test]
    public void Reads_small_letters_and_spaces_around() =>
        Assert.That(UnifiedSocialCreditCode.Parse(" 12100000400002195r ").Value, Is.EqualTo("12100000400002195R"));

    [TestCase("")]
    [TestCase("11370306MB2867521I")]
    [TestCase("11370306MB286752")]
    [TestCase("11370306MB2867521UU")]
    [TestCase("１15300000151003540")]
    public void Refuses_what_is_no_code(string text)
    {
        Assert.That(UnifiedSocialCreditCode.TryParse(text, out _), Is.False);
        Assert.Throws<FormatException>(() => UnifiedSocialCreditCode.Parse(text));
    }

    [Test]
    public void Detects_every_single_wrong_character() => Codes.Sample(code =>
    {
        for (var at = 0; at < code.Value.Length; at++)
        {
            foreach (var wrong in Alphabet.Where(letter => letter != code.Value[at]))
            {
                Assert.That(UnifiedSocialCreditCode.TryParse(code.Value[..at] + wrong + code.Value[(at + 1)..], out _), Is.False);
            }
        }
    }, iter: 20);
}

public sealed class DocumentIdentifierTests
{
    private static readonly Gen<DocumentIdentifier> Identifiers =
        from office in UnifiedSocialCreditCodeTests.Codes
        from unit in Gen.Int[0, 999]
        from year in Gen.Int[1000, 9999]
        from type in Gen.Int[1, 15]
        from serial in Gen.Int[1, 99999]
        select DocumentIdentifier.Make(office, $"{unit:D3}", year, (DocumentType)type, serial);

    [Test]
    public void Reads_the_published_examples()
    {
        var minutes = DocumentIdentifier.Parse("1.2.156.10.113400000029860376-001-2017-0F-00001-9");
        var report = DocumentIdentifier.Make(UnifiedSocialCreditCode.Parse("12100000400002195R"), "000", 2016, DocumentType.Report, 56);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((minutes.InnerUnit, minutes.Year, minutes.Type, minutes.Serial), Is.EqualTo(("001", 2017, DocumentType.Minutes, 1)));
            Assert.That(report.ToString(), Is.EqualTo("1.2.156.10.12100000400002195R-000-2016-0A-00056-X"));
        }
    }

    [TestCase("1.2.156.10.113400000029860376-001-2017-0F-00001-8", Description = "check character")]
    [TestCase("1.2.156.11.113400000029860376-001-2017-0F-00001-9", Description = "other arc")]
    [TestCase("1.2.156.10.113400000029860376-001-2017-0f-00001-9", Description = "small letter")]
    [TestCase("1.2.156.10.113400000029860376-001-2017-0F-00001-9\n", Description = "line break")]
    [TestCase("1.2.156.10.113400000029860376-001-2017-00-00001-9", Description = "no such type")]
    [TestCase("113400000029860376-001-2017-0F-00001-9", Description = "no arc")]
    [TestCase("")]
    public void Refuses_what_is_no_identifier(string text)
    {
        Assert.That(DocumentIdentifier.TryParse(text, out _), Is.False);
        Assert.Throws<FormatException>(() => DocumentIdentifier.Parse(text));
    }

    [TestCase("01", 2017, DocumentType.Minutes, 1)]
    [TestCase("0a1", 2017, DocumentType.Minutes, 1)]
    [TestCase("001", 17, DocumentType.Minutes, 1)]
    [TestCase("001", 2017, DocumentType.Internal, 1)]
    [TestCase("001", 2017, DocumentType.Minutes, 0)]
    [TestCase("001", 2017, DocumentType.Minutes, 100000)]
    public void Cannot_exist_invalid(string unit, int year, DocumentType type, int serial) => Assert.That(
        () => DocumentIdentifier.Make(UnifiedSocialCreditCode.Parse("113400000029860376"), unit, year, type, serial), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Reads_what_it_prints() => Identifiers.Sample(identifier => DocumentIdentifier.Parse(identifier.ToString()) == identifier);

    [Test]
    public void Detects_every_single_wrong_character() => Identifiers.Sample(identifier =>
    {
        var text = identifier.ToString();
        for (var at = DocumentIdentifier.Oid.Length + 1; at < text.Length; at++)
        {
            foreach (var wrong in Mod37.Alphabet.Where(letter => letter != text[at]))
            {
                Assert.That(DocumentIdentifier.TryParse(text[..at] + wrong + text[(at + 1)..], out _), Is.False);
            }
        }
    }, iter: 10);

    /// <summary>A swap of neighbours can hide: in each of the 36 states of the computation exactly one pair of characters commutes.</summary>
    [Test]
    public void Detects_all_but_one_in_630_swaps_of_neighbours()
    {
        foreach (var before in Mod37.Alphabet)
        {
            var hidden = 0;
            for (var left = 0; left < 36; left++)
            {
                for (var right = left + 1; right < 36; right++)
                {
                    hidden += Mod37.CheckCharacter([before, Mod37.Alphabet[left], Mod37.Alphabet[right]]) == Mod37.CheckCharacter([before, Mod37.Alphabet[right], Mod37.Alphabet[left]]) ? 1 : 0;
                }
            }

            Assert.That(hidden, Is.EqualTo(1), $"after {before}");
        }
    }

    [Test]
    public void Detects_every_single_error_in_every_state() => Assert.That(
        Mod37.Alphabet.All(before => Mod37.Alphabet.Select(letter => Mod37.CheckCharacter([before, letter])).Distinct().Count() == 36), Is.True);
}
