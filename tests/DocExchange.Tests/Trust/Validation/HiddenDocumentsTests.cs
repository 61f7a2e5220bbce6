using System.Text;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>A signature file that another program opens as a document nobody signed.</summary>
internal sealed class HiddenDocumentsTests
{
    private const string Code = "FILE_HOLDS_OTHER_DOCUMENT";

    private static readonly byte[] Text = "午饭十二点"u8.ToArray();

    private SigningOffice office = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Open() => key = (office = new SigningOffice()).Certify(KeyAlgorithm.EcdsaP256);

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [Test]
    public async Task Leaves_open_a_signature_with_a_document_among_what_nobody_signed()
    {
        byte[] pdf = PdfMaker.Plain();
        byte[] update = Encoding.ASCII.GetBytes("4 0 obj\n<</Length 1>>stream\nq\nendstream\nendobj\n");
        byte[] table = Encoding.ASCII.GetBytes("trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF");
        using (Assert.EnterMultipleScope())
        {
            foreach (var hidden in new[] { new OfdMaker().Zip(), pdf, update, table })
            {
                await ExpectAsync(With(Text, hidden), Indication.Indeterminate, [Code]);
                await ExpectAsync(With(pdf, hidden), Indication.Indeterminate, [Code]);
            }

            await ExpectAsync(With(Text, "no document, an object (obj) of thought"u8.ToArray()), Indication.TotalPassed, []);
            await ExpectAsync(With(Text, "7 %a comment\n%and one more\r\n0\f%x\robj"u8.ToArray()), Indication.Indeterminate, [Code]);
            await ExpectAsync(With(Text, "\n%\u0001 7 %a comment\n%and one more\r\n0\f%x\robj"u8.ToArray()), Indication.Indeterminate, [Code]);
            await ExpectAsync(With(Text, "<H1>Pay 900000</H1>"u8.ToArray()), Indication.Indeterminate, [Code]);
            await ExpectAsync(With(Text, "<!DOCTYPE html>\nPay 900000"u8.ToArray()), Indication.Indeterminate, [Code]);
        }
    }

    [Test]
    public async Task Tells_of_an_unsigned_attribute_that_nobody_knows()
    {
        var verdict = await JudgeAsync(With(Text, "anything"u8.ToArray()));
        Assert.That((verdict.Indication, verdict.Signatures.Single().Findings.Single(finding => finding.Code == "CMS_UNSIGNED_ATTRIBUTE_UNKNOWN").English.Contains("1.2.3.4", StringComparison.Ordinal)),
            Is.EqualTo((Indication.TotalPassed, true)));
    }

    [Test]
    public async Task Passes_a_signature_over_a_document_however_its_bytes_are_wrapped()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var content in new[] { PdfMaker.Plain(), new OfdMaker().Zip() })
            {
                await ExpectAsync(With(content, null), Indication.TotalPassed, []);
            }
        }

        using var openssl = new OpenSsl();
        openssl.Do("req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 3650 -subj /CN=pdf -addext keyUsage=critical,digitalSignature,nonRepudiation");
        openssl.Write("content", [.. PdfMaker.Plain(), .. new byte[40_000], .. PdfMaker.Plain()]);
        openssl.Do("cms -sign -binary -nodetach -stream -in content -signer c.pem -inkey k.pem -outform DER -out s.der");
        var streamed = openssl.Read("s.der");
        Assert.That(CmsSignedData.Parse(streamed, CmsLimits.Default).Content!.Value.Length, Is.EqualTo(40_000 + (2 * PdfMaker.Plain().Length)));
        Assert.That(streamed[1], Is.EqualTo(0x80), "of indefinite length");
        Assert.That((await JudgeAsync(streamed)).Findings.Select(finding => finding.Code), Does.Not.Contain(Code));
    }

    // Serial numbers, keys and signature values come out as anything.
    [Test]
    public async Task Passes_a_signature_whose_random_bytes_spell_a_word_of_a_PDF_or_a_ZIP()
    {
        byte[][] chances =
        [
            [0x5C, 0x11, 0xD3, .. " obj "u8, 0x91], [0x91, .. "7 obj "u8], "PK\x03\x04\x81\x93\xA5\xC6\xF0\xE1 and anything that comes behind it"u8.ToArray(),
            [.. "PK\x05\x06"u8, .. Enumerable.Repeat((byte)0xD3, 40)], [0x91, .. "<b"u8, 0x91, .. "<p>"u8, 0x80], "<barrel of beer and wine>"u8.ToArray(),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var chance in chances)
            {
                await ExpectAsync(With(Text, chance), Indication.TotalPassed, []);
            }
        }
    }

    [Test]
    public async Task Verifies_nothing_of_a_signature_written_as_text_that_is_not_alone()
    {
        var cms = await CmsSigner.SignAsync(Text, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var pem = $"-----BEGIN CMS-----\n{Convert.ToBase64String(cms, Base64FormattingOptions.InsertLineBreaks)}\n-----END CMS-----\n";
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(Encoding.ASCII.GetBytes(pem), Indication.TotalPassed, []);
            foreach (var file in new byte[][]
            {
                [.. Encoding.ASCII.GetBytes(pem), .. PdfMaker.Plain()], [0x89, .. "PNG a picture IEND"u8, .. Encoding.ASCII.GetBytes(pem)],
                [.. "甲方应付 900000 元。\n"u8, .. Encoding.ASCII.GetBytes(pem)], Encoding.ASCII.GetBytes(pem + pem.Replace("CMS", "PKCS7", StringComparison.Ordinal)),
            })
            {
                await ExpectAsync(file, Indication.Indeterminate, ["CMS_TEXT_NOT_ALONE", "NO_SIGNATURE"]);
            }

            await ExpectAsync(Encoding.ASCII.GetBytes(pem.Replace("MII", "M!I", StringComparison.Ordinal)), Indication.TotalFailed, ["CMS_MALFORMED", "NO_SIGNATURE"]);
        }
    }

    [Test]
    public async Task Looks_at_seals_too_and_not_at_their_signed_pictures()
    {
        using var world = new SealWorld();
        var picture = world.Definition().Picture with { Type = "ofd", Data = new OfdMaker().Zip() };
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition() with { Picture = picture }), world.Maker);
        var hiding = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker, timestamp: PdfMaker.Plain());
        var demands = new FileDemands(world.Trust, ValidationPolicy.Foreign, PackageLimits.Default, SealWorld.Sealed);

        var plain = await FileVerifier.VerifyAsync(new MemoryStream(seal), null, demands, CancellationToken.None);
        var holding = await FileVerifier.VerifyAsync(new MemoryStream(hiding), null, demands, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plain.Verdict.Findings, Is.Empty);
            var beside = await FileVerifier.VerifyAsync(new MemoryStream(seal), new MemoryStream(Text), demands, CancellationToken.None);
            Assert.That(beside.Verdict.Faults.Concat(beside.Facts!.Findings).Select(finding => finding.Code), Is.EqualTo(["CONTENT_NOT_JUDGED", "CONTENT_NOT_JUDGED"]));
            Assert.That(plain.Kind, Is.EqualTo(SignedFileKind.Seal));
            Assert.That(holding.Verdict.Findings.Select(finding => finding.Code), Does.Contain(Code));
        }
    }

    // The hub and the nodes show a body by its name.
    [Test]
    public async Task Judges_the_body_of_a_package_as_a_document_though_it_begins_as_a_signature()
    {
        using var world = new SealWorld();
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        maker.Parts["Doc_0/PublicRes.xml"] = "<a/>"u8.ToArray();
        var file = With(Text, OfdMaker.Pack(maker.Parts));
        var demands = new FileDemands(world.Trust, ValidationPolicy.Foreign, PackageLimits.Default, SealWorld.Sealed);

        var asBody = await DocumentVerifier.TryVerifyAsync(new MemoryStream(file), demands, keepsFacts: false, mayBeSignature: false, CancellationToken.None);
        var asFile = await DocumentVerifier.TryVerifyAsync(new MemoryStream(file), demands, keepsFacts: false, mayBeSignature: true, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asFile, Is.Null);
            Assert.That((asBody?.Kind, asBody?.Verdict.SubIndication), Is.EqualTo(((SignedFileKind?)SignedFileKind.Ofd, (SubIndication?)SubIndication.HashFailure)));
        }
    }

    private byte[] With(byte[] content, byte[]? hidden) =>
        (ForgedCms.Of(key, content) with { UnsignedAttributes = hidden is null ? [] : [ForgedCms.Attribute("1.2.3.4", ForgedCms.Octets(hidden))] }).Encode();

    private async Task<Verdict> JudgeAsync(byte[] file) => (await FileVerifier.VerifyAsync(
        new MemoryStream(file), null, new FileDemands(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Foreign, PackageLimits.Default, SigningOffice.Now), CancellationToken.None)).Verdict;

    private async Task ExpectAsync(byte[] file, Indication indication, string[] faults)
    {
        var verdict = await JudgeAsync(file);
        Assert.That((verdict.Indication, string.Join(' ', verdict.Faults.Select(fault => fault.Code))), Is.EqualTo((indication, string.Join(' ', faults))), string.Join("\n", verdict.Faults));
    }
}
