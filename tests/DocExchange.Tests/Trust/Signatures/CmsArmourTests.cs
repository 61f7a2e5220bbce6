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
    public void Reads_it_in_every_wrapping_and_knows_it_by_its_beginning([Values("der", "pem", "pkcs7", "preamble", "base64", "lines", "bom")] string wrapping)
    {
        var base64 = Convert.ToBase64String(cms);
        var wrapped = wrapping switch
        {
            "der" => cms,
            "pem" => Ascii($"-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n"),
            "pkcs7" => Ascii($"-----BEGIN PKCS7-----\n{base64}\n-----END PKCS7-----\n"),
            "preamble" => Ascii($"subject=CN = x\n\n-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n"),
            "base64" => Ascii(base64),
            "lines" => Ascii(Convert.ToBase64String(cms, Base64FormattingOptions.InsertLineBreaks) + "\r\n"),
            _ => [0xEF, 0xBB, 0xBF, .. Ascii(base64)],
        };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CmsSignedData.LooksLike(wrapped), Is.True);
            Assert.That(CmsSignedData.Parse(wrapped, CmsLimits.Default).Encoded.ToArray(), Is.EqualTo(cms));
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
