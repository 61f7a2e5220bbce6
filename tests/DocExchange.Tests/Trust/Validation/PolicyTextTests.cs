using System.Text;
using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

[TestFixture]
public sealed class PolicyTextTests
{
    [Test]
    public void What_is_written_reads_as_the_same_policy([Values] bool isStrict)
    {
        var policy = isStrict ? ValidationPolicy.Strict : ValidationPolicy.Foreign with { RevocationRequired = true, AllowsUnsortedAttributes = true };

        var read = PolicyText.Parse(PolicyText.Write(policy, "示例"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Name, Is.EqualTo("示例"));
            Assert.That(Text(read.ApplyTo(ValidationPolicy.Foreign)), Is.EqualTo(Text(policy)));
        }
    }

    [Test]
    public void What_is_not_said_stays_as_it_is()
    {
        var changed = PolicyText.Parse("""{ "algorithms": { "SHA-1": null, "RSA < 3072": "2031-01-01" }, "constraints": { "signingTime": true } }"""u8).ApplyTo(ValidationPolicy.Foreign);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(changed.Algorithms.Ends["SHA-1"], Is.Null);
            Assert.That(changed.Algorithms.Ends["RSA < 3072"], Is.EqualTo(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)));
            Assert.That(changed.Algorithms.Ends["MD5"], Is.EqualTo(AlgorithmPolicy.Default.Ends["MD5"]));
            Assert.That(changed.RequiresSigningTime, Is.True);
            Assert.That(changed.RevocationRequired, Is.EqualTo(ValidationPolicy.Foreign.RevocationRequired));
        }
    }

    [TestCase("""{ "algorithms": { "SHA1": null } }""", "SHA1")]
    [TestCase("""{ "algorithms": { "SHA-1": "soon" } }""", "soon")]
    [TestCase("""{ "algorithms": { "RSA < many": null } }""", "RSA < many")]
    [TestCase("""{ "revokation": {} }""", "revokation")]
    [TestCase("""{ "revocation": { "maxListAgeDays": -1 } }""", "maxListAgeDays")]
    [TestCase("""{ "constraints": { "signingTime": "yes" } }""", "signingTime")]
    [TestCase("""{ "signaturePolicies": [null] }""", "signaturePolicies")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.3" }, null] }""", "signaturePolicies")]
    [TestCase("""{ "constraints": { "unsignedAttributes": [null] } }""", "unsignedAttributes")]
    [TestCase("""{ "certificates": { "sealMakers": [null] } }""", "sealMakers")]
    [TestCase("""{ "certificates": { "sealMakers": [] } }""", "sealMakers")]
    [TestCase("""{ "certificates": { "sealMakers": ["MAA="] } }""", "sealMakers")]
    [TestCase("""[]""", "policy")]
    public void A_policy_with_a_mistake_is_refused_and_named(string text, string named) =>
        Assert.That(() => PolicyText.Parse(Encoding.UTF8.GetBytes(text)), Throws.InstanceOf<FormatException>().With.Message.Contains(named));

    [TestCase("""{ "certificates": { "sealMakers": ["MAA="] } }""", "no certificate", "不是可用的证书")]
    [TestCase("""{ "certificates": { "sealMakers": ["*"] } }""", "a certificate is expected", "应为证书")]
    [TestCase("""{ "revokation": {} }""", "'revokation'", "“revokation”未知")]
    [TestCase("""{ "constraints": { "signingTime": "yes" } }""", "of another kind", "类型不符")]
    [TestCase("""{ "revocation": { "maxListAgeDays": 5, "MaxListAgeDays": 9 } }""", "at $.revocation.MaxListAgeDays, line 1: the name stands there twice", "（$.revocation.MaxListAgeDays）无法读取：此处的名称出现了两次")]
    [TestCase("""{ "algorithms": { "SHA-1": null }, "algorithms": {} }""", "at $.algorithms, line 1: the name stands there twice", "（$.algorithms）无法读取：此处的名称出现了两次")]
    [TestCase("""{ "algorithms": { "SHA-1": "2031-01-01", "SHA-1": null } }""", "at $.algorithms.SHA-1, line 1: the name stands there twice", "（$.algorithms.SHA-1）无法读取：此处的名称出现了两次")]
    [TestCase("{ 1 }", "no JSON", "JSON")]
    public void A_mistake_is_told_without_the_words_of_the_library(string text, string english, string chinese)
    {
        var fault = Assert.Throws<DocExchange.Trust.Faults.WordedFormatException>(() => PolicyText.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.That(fault!.Message, Does.Contain(english).And.Not.Contain("System.").And.Not.Contain("DocExchange").And.Not.Contain(".NET"));
        Assert.That(fault.Chinese, Does.Contain(chinese));
    }

    // A dossier brings one along, so that anybody may have written it.
    [Test]
    public void Whatever_stands_in_any_place_is_read_or_refused([Values("null", "[]", "[null]", "{}", "-1", "\"\"")] string other)
    {
        var places = JsonPlaces.Of(FuzzSeeds.PolicyOfLists).ToList();

        using (Assert.EnterMultipleScope())
        {
            foreach (var place in places)
            {
                var changed = JsonPlaces.With(FuzzSeeds.PolicyOfLists, place, other);
                Assert.That(() => ReadOrRefuse(changed), Throws.Nothing, Encoding.UTF8.GetString(changed));
            }
        }

        Assert.That(places, Has.Count.GreaterThan(20));

        static void ReadOrRefuse(byte[] text)
        {
            try
            {
                PolicyText.Write(PolicyText.Parse(text).ApplyTo(ValidationPolicy.Foreign), "");
            }
            catch (FormatException)
            {
                // It says what is wrong.
            }
        }
    }

    private static string Text(ValidationPolicy policy) => Encoding.UTF8.GetString(PolicyText.Write(policy, ""));
}
