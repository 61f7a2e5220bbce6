using System.Text.Json;
using System.Text.RegularExpressions;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Faults;

/// <summary>What a Chinese sentence says of a fault whose message is English.</summary>
public sealed partial class FaultWordsTests
{
    private static readonly (Exception Fault, string Words)[] Cases =
    [
        (new FileNotFoundException("Could not find file '/data/a.pem'."), "文件或目录不存在（“/data/a.pem”）。"),
        (new UnauthorizedAccessException("Access to the path '/data' is denied."), "没有访问权限（“/data”）。"),
        (new IOException("No space left on device", 28), "磁盘空间不足。"),
        (new IOException("The process cannot access it."), "读写出错。"),
        (new FormatException("'x' is not what it doesn't say, isn't 'y'."), "内容不符合格式（“x”、“y”）。"),
        (new JsonException("bad", null, 4, 0), "第 5 行不符合 JSON 格式。"),
        (new TimeoutException(), "等待超时。"),
        (new NotSupportedException("No."), "程序报告：No."),
        (new RefusedException(Refusal.Busy, "忙。", "Busy."), "忙。"),
        (new FailedException("X", "不行。", "No."), "不行。"),
        (new WordedFormatException("不对。", "Wrong."), "不对。"),
    ];

    [Test]
    public void Names_the_kind_and_what_was_quoted_and_no_English_sentence()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (fault, words) in Cases)
            {
                Assert.That(FaultWords.Of(fault), Is.EqualTo(words));
            }
        }
    }

    [Test]
    public void A_digest_that_is_none_is_refused_in_both_languages()
    {
        var fault = Assert.Throws<WordedFormatException>(() => Digest.Parse("abc"));
        Assert.That((fault.Chinese, fault.Message), Is.EqualTo(("“abc”不是 SHA-256 值，应为 64 个十六进制字符。", "'abc' is not a SHA-256 value: 64 hexadecimal characters are expected.")));
    }

    [TestCase("""{ "revokation": {} }""", "第 1 行")]
    [TestCase("""{ "algorithms": { "SHA-1": "soon" } }""", "soon")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.3", "hash": "zz" }] }""", "1.2.3")]
    public void A_policy_that_is_none_is_refused_in_both_languages(string text, string named)
    {
        var fault = Assert.Throws<WordedFormatException>(() => PolicyText.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.That(fault.Chinese, Does.Contain(named).And.Not.Match("[A-Za-z]+ [a-z]+ [a-z]+"));
    }

    [Test]
    public void A_folder_in_use_is_said_in_each_language_by_itself()
    {
        var folder = Directory.CreateTempSubdirectory("docexchange-lock-").FullName;
        using (SingleProcess.Claim(folder))
        {
            var fault = Assert.Throws<FolderInUseException>(() => SingleProcess.Claim(folder));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(fault.Chinese, Does.Contain(folder).And.Contain("另一进程"));
                Assert.That(Chinese().IsMatch(fault.Message), Is.False);
                Assert.That(VerbEdge.Explain(fault)!.Chinese, Does.EndWith(fault.Chinese));
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Reasons_and_usages_have_names_in_both_languages()
    {
        using (Assert.EnterMultipleScope())
        {
            Named([.. Enum.GetValues<RevocationReason>().Select(reason => (reason.ToChinese(), reason.ToEnglish()))]);
            Named([.. Enum.GetValues<CertificateUsage>().Select(usage => (usage.ToChinese(), usage.ToEnglish()))]);
            Named([.. Enum.GetNames<CertificateUse>().Select(use => (ExpiryWords.ToChinese("certificate", use), ExpiryWords.ToEnglish("certificate", use)))]);
            Assert.That((ExpiryWords.ToChinese("seal", "7"), ExpiryWords.ToEnglish("revocation-list", "")), Is.EqualTo(("印章 7", "revocation list")));
        }

        static void Named((string Chinese, string English)[] names)
        {
            Assert.That(names.Select(name => name.Chinese).Distinct().Count(), Is.EqualTo(names.Length));
            Assert.That(names.Select(name => name.English).Distinct().Count(), Is.EqualTo(names.Length));
            Assert.That(names.Where(name => !Chinese().IsMatch(name.Chinese) || Chinese().IsMatch(name.English)), Is.Empty);
        }
    }

    [Test]
    public void A_revocation_is_told_with_its_reason_in_each_language()
    {
        using var pki = new DocExchange.Tests.Trust.Certificates.SamplePki(DocExchange.Trust.Keys.Suite.Intl);
        var revoked = new RevokedCertificate(pki.Office.SerialNumber, DocExchange.Tests.Trust.Certificates.SamplePki.Noon.AddDays(-2), RevocationReason.KeyCompromise);
        var finding = pki.PathsWith(revoked).Build(pki.Office, [], DocExchange.Tests.Trust.Certificates.SamplePki.Noon, CertificateUsage.DocumentSigning).Findings.Single(each => each.Code == "CERT_REVOKED");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(finding.Chinese, Does.Contain("（原因：密钥泄露）").And.Not.Contain("KeyCompromise"));
            Assert.That(finding.English, Does.Contain("(its key was compromised)").And.Not.Contain("KeyCompromise"));
        }
    }

    [Test]
    public void A_proof_says_its_source_in_each_language()
    {
        var proof = new ProofOfExistence(DateTimeOffset.UnixEpoch, "cosignatures of w1") { Chinese = "w1 的见证签名" };
        var finding = DocExchange.Trust.Signatures.CmsFindings.Proven(proof);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(finding.Chinese, Does.Contain("w1 的见证签名").And.Not.Contain("cosignatures"));
            Assert.That(finding.English, Does.Contain("cosignatures of w1"));
            Assert.That(new ProofOfExistence(DateTimeOffset.UnixEpoch, "w1").ChineseSource, Is.EqualTo("w1"));
        }
    }

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Chinese();
}
