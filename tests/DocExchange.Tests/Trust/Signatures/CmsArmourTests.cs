using System.Text;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Trust.Signatures;

[TestFixture]
public sealed class CmsArmourTests
{
    private static readonly byte[] Content = "通知"u8.ToArray();

    private byte[] cms = null!;

    [OneTimeSetUp]
    public async Task SignAsync()
    {
        using var office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
    }

    [Test]
    public void Opens_every_wrapping_that_is_nothing_else([Values("der", "pem", "pkcs7", "blanks", "base64", "lines", "bom")] string wrapping)
    {
        var base64 = Convert.ToBase64String(cms);
        var wrapped = wrapping switch
        {
            "der" => cms,
            "pem" => Ascii($"-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n"),
            "pkcs7" => Ascii($"-----BEGIN PKCS7-----\n{base64}\n-----END PKCS7-----\n"),
            "blanks" => Ascii($"\r\n -----BEGIN CMS-----\r\n{base64[..60]}\t\r\n{base64[60..]}\r\n-----END CMS-----\n\n"),
            "base64" => Ascii(base64),
            "lines" => Ascii(Convert.ToBase64String(cms, Base64FormattingOptions.InsertLineBreaks) + "\r\n"),
            _ => [0xEF, 0xBB, 0xBF, .. Ascii(base64)],
        };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CmsSignedData.Unwrap(wrapped).ToArray(), Is.EqualTo(cms));
            Assert.That(CmsSignedData.LooksLike(cms), Is.True);
        }
    }

    [Test]
    public void Opens_nothing_that_has_anything_beside_it()
    {
        var base64 = Convert.ToBase64String(cms);
        var pem = $"-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n";
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in new[]
            {
                "subject=CN = x\n\n" + pem, "x" + pem, pem + "x", pem + pem, pem + pem.Replace("CMS", "PKCS7", StringComparison.Ordinal), "-----BEGIN X-----\nAAAA\n-----END X-----\n" + pem,
                pem.Replace("BEGIN CMS", "BEGIN PKCS7", StringComparison.Ordinal), base64 + "\u00e9", "<p>" + base64,
            })
            {
                Assert.That(CmsSignedData.Unwrap(Ascii(text)).ToArray(), Is.EqualTo(Ascii(text)), text[..40]);
            }
        }
    }

    // RFC 4648 §3.5.
    [Test]
    public void Opens_no_base64_with_bits_that_say_nothing()
    {
        var one = Ascii("MAA=");
        var other = Ascii("MAB=");
        Assert.That((CmsSignedData.Unwrap(one).Length, CmsSignedData.Unwrap(other).Length), Is.EqualTo((2, 4)));
    }

    [Test]
    public void Parses_no_text_whatever_is_in_it()
    {
        var base64 = Convert.ToBase64String(cms);
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in new[] { base64, $"-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n" })
            {
                Assert.That(() => CmsSignedData.Parse(Ascii(text), CmsLimits.Default), Throws.InstanceOf<CmsFormatException>());
                Assert.That(CmsSignedData.LooksLike(Ascii(text)), Is.False);
            }
        }
    }

    [TestCase("")]
    [TestCase("hello, world")]
    [TestCase("-----BEGIN CERTIFICATE-----")]
    [TestCase("TUlJ")]
    public void Takes_nothing_else_for_one(string text) => Assert.That(CmsSignedData.LooksLike(Ascii(text)), Is.False);

    [TestCase("-----BEGIN CMS-----\n!!!!\n-----END CMS-----\n")]
    [TestCase("-----BEGIN CMS-----\nMIIB")]
    [TestCase("MIIB====MIIB")]
    public void Refuses_damaged_text_as_malformed(string text) =>
        Assert.That(() => CmsSignedData.Parse(Ascii(text), CmsLimits.Default), Throws.InstanceOf<CmsFormatException>());

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
