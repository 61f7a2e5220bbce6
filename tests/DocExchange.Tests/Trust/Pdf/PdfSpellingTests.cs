using System.Globalization;
using System.Text;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>Signatures that other programs find in a PDF, however they are written and whether or not they still stand where they say.</summary>
public sealed class PdfSpellingTests
{
    private SigningOffice office = null!;
    private TrustStore trust = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        trust = office.Store with { Intermediates = [office.Authority.Certificate] };
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [TestCase("/Reason(I have no objection) ", "", "/ByteRange [0")]
    [TestCase("/Reason(see 7 0 obj <</A of it) ", "", "/ByteRange [0")]
    [TestCase("/Reason(balanced \\) (parentheses) >>) % endobj 3 0 obj\n", "", "/ByteRange [0")]
    [TestCase("", "/Reason(endobj)", "/ByteRange [0")]
    [TestCase("", "/Prop_Build<</App<</Name/A#20b/R 12 0 R/D[1 2 0 R<</E true>>null]>>>>", "/ByteRange [0")]
    [TestCase("", "", "/Byte#52ange[+0")]
    [TestCase("", "", "/ByteRange%comment\n[ %another\n 0")]
    public async Task Finds_a_signature_whatever_stands_in_its_dictionary(string first, string more, string rangeStart)
    {
        var pdf = await SignAsync(PdfMaker.Plain(), first, more, rangeStart);
        var judged = await VerifyAsync(pdf);
        pdf[60] ^= 1;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
            Assert.That(judged.Signatures.Single().Maker, Is.EqualTo("Adobe.PPKLite"));
            Assert.That((await VerifyAsync(pdf)).Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
        }
    }

    [Test]
    public async Task Finds_a_signature_in_a_dictionary_of_any_size()
    {
        var far = await SignAsync(PdfMaker.Plain(), $"/Prop_Build<</App({new string('x', 9000)})>>", $"/Note({new string('y', 300_000)})");
        Assert.That((await VerifyAsync(far)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    // The usual alteration, and what mail and FTP do to a file.
    [Test]
    public async Task Fails_a_signature_that_no_longer_stands_where_it_says()
    {
        var signed = Encoding.Latin1.GetString(await SignAsync(PdfMaker.Plain()));
        using (Assert.EnterMultipleScope())
        {
            foreach (var altered in new[]
            {
                signed.Replace("/Count 0", "/Count 000", StringComparison.Ordinal), signed.Replace("/Count 0", "/Count", StringComparison.Ordinal),
                signed.Replace(" \n1 0 obj\n", " \r\n1 0 obj\r\n", StringComparison.Ordinal), signed[..^3],
            })
            {
                await ExpectAsync(altered, Indication.TotalFailed, SubIndication.HashFailure, "PDF_SIGNATURE_MISPLACED");
            }
        }
    }

    [Test]
    public async Task Fails_a_signature_whose_value_is_damaged_and_leaves_open_what_it_cannot_read()
    {
        var signed = Encoding.Latin1.GetString(await SignAsync(PdfMaker.Plain()));
        var value = signed.IndexOf("<30", StringComparison.Ordinal);
        string With(int at, string text) => signed[..at] + text + signed[(at + text.Length)..];
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(With(value + 9, "g"), Indication.TotalFailed, SubIndication.FormatFailure, "PDF_CONTENTS_DAMAGED");
            foreach (var unread in new[]
            {
                With(value, "(300"), With(signed.IndexOf("/ByteRange [0", StringComparison.Ordinal) + "/ByteRange [".Length, "x"), signed[..(value + 2000)],
                With(value + 1, new string('0', signed.IndexOf('>', value) - value - 1)),
                signed.Replace("/Contents", "/Contents 5 0 R/X", StringComparison.Ordinal), signed.Replace("/M(D", "/ByteRange[0 1 2 3]/M(D", StringComparison.Ordinal),
            })
            {
                await ExpectAsync(unread, Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_SIGNATURE_UNREAD");
            }

            foreach (var before in new[] { "x", Encoding.Latin1.GetString(PdfMaker.Plain()) })
            {
                await ExpectAsync(before + signed, Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_EMBEDDED_SHARED");
            }
        }
    }

    // It is nobody's alteration, and no program verifies it.
    [TestCase(1, -1)]
    [TestCase(-10, 0)]
    public async Task Leaves_open_a_signature_whose_maker_leaves_out_more_or_less_than_its_value(int more, int fewer)
    {
        var signed = Encoding.Latin1.GetString(await SignAsync(PdfMaker.Plain()));
        var (start, end) = (signed.IndexOf("<30", StringComparison.Ordinal), signed.IndexOf("00>\n", StringComparison.Ordinal) + 3);
        var range = $"/ByteRange [0 {start} {end} {signed.Length - end}";
        Assert.That(signed, Does.Contain(range));
        var other = $"/ByteRange [0 {start + more} {end + fewer} {signed.Length - end - fewer}".PadRight(range.Length);
        await ExpectAsync(signed.Replace(range, other, StringComparison.Ordinal), Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_SIGNATURE_UNREAD");
    }

    [Test]
    public async Task A_signature_that_was_broken_is_not_passed_for_a_later_one()
    {
        var once = Encoding.Latin1.GetString(await SignAsync(PdfMaker.Plain(), "/Reason(I have no objection) "));
        var inserted = await SignAsync(Encoding.Latin1.GetBytes(once.Replace("/Count 0", "/Count 000", StringComparison.Ordinal)));
        var altered = await SignAsync(Encoding.Latin1.GetBytes(once.Replace("/Count 0", "/Count 9", StringComparison.Ordinal)));
        using (Assert.EnterMultipleScope())
        {
            foreach (var pdf in new[] { inserted, altered })
            {
                var judged = await VerifyAsync(pdf);
                Assert.That((judged.Verdict.Indication, judged.Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
                Assert.That(judged.Signatures[^1].Verdict.Indication, Is.EqualTo(Indication.TotalPassed), "the later one by itself");
            }
        }
    }

    // A dictionary in a compressed stream may name it, which is not read.
    [Test]
    public async Task Leaves_open_a_value_that_no_dictionary_holds()
    {
        var value = Convert.ToHexString(await CmsSigner.SignAsync("x"u8.ToArray(), key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));
        var encrypted = "30820200" + "06092A864886F70D010703" + new string('0', 1002);
        var open = "3080" + "06092A864886F70D010702" + new string('0', 700);
        var plain = Encoding.Latin1.GetString(PdfMaker.Plain());
        foreach (var text in new[] { value, " " + value.ToLower(CultureInfo.InvariantCulture) + "00", open })
        {
            await ExpectAsync($"{plain}8 0 obj\n<{text}>\nendobj\n", Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_SIGNATURE_UNREAD");
        }

        await ExpectAsync($"{plain}8 0 obj\n<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s4/Recipients[<{encrypted}>]>>\nendobj\n", Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_NOT_SIGNED");
    }

    // Palettes and texts that begin so by chance, and nobody's signature: colours, 一, もし, むし, め。
    [TestCase("308214A1B2C3")]
    [TestCase("30824E004E00")]
    [TestCase("308230573057")]
    [TestCase("308030573057")]
    [TestCase("308130023002")]
    public Task Takes_no_other_string_for_a_value(string first) => ExpectAsync(
        $"{Encoding.Latin1.GetString(PdfMaker.Plain())}8 0 obj\n<{string.Concat(Enumerable.Repeat(first, 256))}>\nendobj\n", Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_NOT_SIGNED");

    [Test]
    public async Task Takes_no_dictionary_for_a_value([Values] bool isString)
    {
        var plain = Encoding.Latin1.GetString(PdfMaker.Plain());
        await ExpectAsync(
            $"{plain}8 0 obj\n{(isString ? "<" : "<<")}{new string(' ', 600)}{(isString ? "30>" : "/A 1>>")}\nendobj\n", Indication.Indeterminate, SubIndication.SignedDataNotFound,
            isString ? "PDF_SIGNATURE_UNREAD" : "PDF_NOT_SIGNED");
    }

    // A window ends at 256 KiB, the next one at so much more less 256 bytes.
    [Test]
    public async Task Finds_a_signature_wherever_in_a_large_file_it_stands()
    {
        const int Window = 256 * 1024;
        byte[] plain = PdfMaker.Plain();
        var sizes = Enumerable.Range(0, 24).Select(index => Window - 1100 + (index * 50));
        var letters = Enumerable.Range(-16, 20).SelectMany(index => new[] { Window + index, (2 * Window) - 256 + index });
        foreach (var size in sizes.Concat(letters))
        {
            byte[] large = [.. plain, .. Encoding.ASCII.GetBytes("%" + new string('x', size - plain.Length) + "\n")];
            Assert.That((await VerifyAsync(await SignAsync(large))).Verdict.Indication, Is.EqualTo(Indication.TotalPassed), $"{size}");
        }
    }

    private async Task ExpectAsync(string pdf, Indication indication, SubIndication sub, string code)
    {
        var judged = await VerifyAsync(Encoding.Latin1.GetBytes(pdf));
        Assert.That((judged.Verdict.Indication, judged.Verdict.SubIndication), Is.EqualTo((indication, sub)), string.Join("\n", judged.Verdict.Faults));
        Assert.That(judged.Verdict.Findings.Select(finding => finding.Code), Does.Contain(code));
    }

    private Task<byte[]> SignAsync(byte[] pdf, string first = "", string more = "", string rangeStart = "/ByteRange [0") =>
        PdfMaker.SignAsync(pdf, content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None), first: first, more: more, rangeStart: rangeStart);

    private Task<SignedDocument> VerifyAsync(byte[] pdf) =>
        new PdfVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
