using System.Text;
using System.Text.Json.Nodes;
using DocExchange.Tests.Fuzzing;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>Facts are kept as text, and the verdict at any time and under any policy follows from them alone.</summary>
[TestFixture]
public sealed class FactsTests
{
    private static readonly byte[] Content = "关于档案移交的通知"u8.ToArray();

    private SigningOffice office = null!;
    private RevocationList list = null!;
    private ISigningKey key = null!;
    private ISigningKey rsa = null!;
    private ISigningKey gm = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        list = office.Authority.IssueRevocationList([], SigningOffice.Now.AddDays(-1), SigningOffice.Now.AddDays(7), 7);
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        rsa = office.Certify(KeyAlgorithm.Rsa);
        gm = office.Certify(KeyAlgorithm.Sm2);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        rsa.Dispose();
        gm.Dispose();
        office.Dispose();
    }

    [Test]
    public async Task The_verdict_from_kept_facts_is_the_one_from_the_file()
    {
        foreach (var cms in Samples())
        {
            var direct = await VerifyAsync(cms);
            var kept = FactsText.Read(FactsText.Write(direct.Facts!));

            foreach (var at in new[] { SigningOffice.Now, SigningOffice.End.AddDays(3), SigningOffice.Start.AddDays(-3) })
            {
                var fromFile = (await VerifyAsync(cms, at)).Verdict;
                var fromFacts = FactsJudge.Judge(kept, ValidationPolicy.Foreign, at);

                Assert.That(Describe(fromFacts), Is.EqualTo(Describe(fromFile)));
            }
        }
    }

    [Test]
    public async Task Facts_stay_the_same_whatever_the_policy_and_the_time()
    {
        foreach (var cms in Samples())
        {
            var foreign = (await VerifyAsync(cms)).Facts! with { GatheredAt = default, IsOwn = false };
            var strict = (await VerifyAsync(cms, SigningOffice.End.AddYears(9), ValidationPolicy.Strict)).Facts! with { GatheredAt = default, IsOwn = false };

            Assert.That(Encoding.UTF8.GetString(FactsText.Write(strict)), Is.EqualTo(Encoding.UTF8.GetString(FactsText.Write(foreign))));
        }
    }

    [Test]
    public async Task Another_policy_gives_another_verdict_over_the_same_facts()
    {
        var facts = (await VerifyAsync(Of(rsa, Content).Encode())).Facts!;
        var policy = PolicyText.Parse("""{ "algorithms": { "RSA PKCS#1 v1.5": "2026-01-01" } }"""u8).ApplyTo(ValidationPolicy.Foreign);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(FactsJudge.Judge(facts, ValidationPolicy.Foreign, SigningOffice.Now).Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(FactsJudge.Judge(facts, policy, SigningOffice.Now).SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailure));
        }
    }

    [Test]
    public async Task A_proof_of_existence_among_the_facts_moves_the_time_of_judgement()
    {
        var facts = (await VerifyAsync(Of(rsa, Content).Encode())).Facts!;
        var proven = facts with { Proofs = [new ProofOfExistence(SigningOffice.Now.AddDays(1), "示例存证账本")] };
        var late = SigningOffice.End.AddYears(5);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(FactsJudge.Judge(FactsText.Read(FactsText.Write(facts)), ValidationPolicy.Foreign, late).Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(FactsJudge.Judge(FactsText.Read(FactsText.Write(proven)), ValidationPolicy.Foreign, late).Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public async Task Trust_given_later_takes_the_place_of_the_one_that_was_kept()
    {
        var facts = (await VerifyAsync(Of(key, Content).Encode())).Facts!;

        Assert.That(FactsJudge.Judge(facts, ValidationPolicy.Foreign, SigningOffice.Now, TrustStore.Empty).SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
    }

    [Test]
    public async Task No_content_of_the_document_is_in_the_facts()
    {
        var text = Encoding.UTF8.GetString(FactsText.Write((await VerifyAsync(Of(key, Content).Encode())).Facts!));

        Assert.That(text, Does.Not.Contain(Convert.ToBase64String(Content)[..16]).And.Contain("docexchange-facts/1"));
    }

    [TestCase("""{ "format": "docexchange-facts/2", "facts": {} }""")]
    [TestCase("""{ "format": "docexchange-facts/1" }""")]
    [TestCase("""{ "format": "docexchange-facts/1", "facts": null }""")]
    [TestCase("""{ "format": "docexchange-facts/1", "facts": { "kind": "cms" } }""")]
    [TestCase("not even JSON")]
    public void What_is_no_facts_is_refused(string text) =>
        Assert.That(() => FactsText.Read(Encoding.UTF8.GetBytes(text)), Throws.InstanceOf<FormatException>());

    [Test]
    public async Task Facts_without_any_digest_of_the_content_are_of_content_that_is_missing([Values] bool hasAttributes)
    {
        var json = JsonNode.Parse(FactsText.Write((await VerifyAsync((Of(key, Content) with { HasSignedAttributes = hasAttributes }).Encode())).Facts!))!;
        json["facts"]!["cms"]!["signers"]![0]!["contentDigests"] = new JsonArray();

        var verdict = FactsJudge.Judge(FactsText.Read(Encoding.UTF8.GetBytes(json.ToJsonString())), ValidationPolicy.Foreign, SigningOffice.Now);

        Assert.That(verdict.Faults.Select(fault => fault.Code), Has.Member("CMS_CONTENT_MISSING"));
    }

    [Test]
    public async Task Whatever_stands_in_any_place_is_read_or_refused([Values("null", "[]", "{}", "-1", "\"\"")] string other)
    {
        var text = FactsText.Write((await VerifyAsync(Of(key, Content).WithAttribute("1.2.840.113549.1.9.16.2.15", Sequence(Oid("1.2.3"))).Encode())).Facts!);

        using (Assert.EnterMultipleScope())
        {
            foreach (var place in JsonPlaces.Of(text))
            {
                Assert.That(() => JudgeOrRefuse(JsonPlaces.With(text, place, other)), Throws.Nothing, place);
            }
        }

        static void JudgeOrRefuse(byte[] changed)
        {
            try
            {
                FactsJudge.Judge(FactsText.Read(changed), ValidationPolicy.Foreign, SigningOffice.Now);
            }
            catch (FormatException)
            {
                // It says what is wrong.
            }
        }
    }

    [TestCase("kind", "Fish")]
    [TestCase("signed", "yes")]
    [TestCase("trust", null)]
    public async Task A_member_that_is_unknown_or_wrong_is_refused(string member, string? value)
    {
        var json = JsonNode.Parse(FactsText.Write((await VerifyAsync(Of(key, Content).Encode())).Facts!))!;
        json["facts"]![member] = value;

        Assert.That(() => FactsText.Read(Encoding.UTF8.GetBytes(json.ToJsonString())), Throws.InstanceOf<FormatException>().With.Message.Contains(member));
    }

    [TestCase("findings")]
    [TestCase("seals")]
    [TestCase("proofs")]
    public async Task An_empty_place_in_a_list_is_refused(string list)
    {
        var json = JsonNode.Parse(FactsText.Write((await VerifyAsync(Of(key, Content).Encode())).Facts!))!;
        json["facts"]![list] = new JsonArray(null, null);

        Assert.That(() => FactsText.Read(Encoding.UTF8.GetBytes(json.ToJsonString())), Throws.InstanceOf<FormatException>().With.Message.Contains("empty place"));
    }

    private IEnumerable<byte[]> Samples() =>
    [
        Of(key, Content).Encode(),
        Of(rsa, Content).Encode(),
        Of(gm, Content).Encode(),
        (Of(key, Content) with { Content = "另文"u8.ToArray() }).Encode(),
        (Of(key, Content) with { Signature = static _ => Pair(1, 1) }).Encode(),
        (Of(key, Content) with { Certificates = [] }).Encode(),
        (Of(key, Content) with { HasSignedAttributes = false }).Encode(),
        (Of(key, Content) with { Copies = 2, Version = 9 }).Encode(),
        (Of(key, Content) with { Copies = 0 }).Encode(),
        (Of(key, Content) with { Content = null }).Encode(),
        [.. Of(key, Content).Encode(), 0, 0],
        (Of(key, Content) with { Certificates = [key.Certificate.Der, gm.Certificate.Der] }).CounterSigned(CounterSigning.Counter(gm)),
    ];

    private Task<FileVerdict> VerifyAsync(byte[] cms, DateTimeOffset? at = null, ValidationPolicy? policy = null)
    {
        var store = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
        var demands = new FileDemands(store.With(list), policy ?? ValidationPolicy.Foreign, PackageLimits.Default, at ?? SigningOffice.Now);
        return FileVerifier.VerifyAsync(new MemoryStream(cms), null, demands, CancellationToken.None);
    }

    private static IEnumerable<string> Describe(Verdict verdict) =>
        verdict.Findings.Concat(verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.ToString())
            .Append($"{verdict.Indication} {verdict.SubIndication} {string.Join(',', verdict.Signatures.Select(signature => $"{signature.Signer} {signature.SignedAt} {signature.Of}"))}");
}
