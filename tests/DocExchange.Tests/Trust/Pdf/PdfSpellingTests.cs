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
                With(value + 1, new string('0', signed.IndexOf('>', value) - value - 1)), "x" + signed, Encoding.Latin1.GetString(PdfMaker.Plain()) + signed,
                signed.Replace("/Contents", "/Contents 5 0 R/X", StringComparison.Ordinal), signed.Replace("/M(D", "/ByteRange[0 1 2 3]/M(D", StringComparison.Ordinal),
            })
            {
                await ExpectAsync(unread, Indication.Indeterminate, SubIndication.SignedDataNotFound, "PDF_SIGNATURE_UNREAD");
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

    // Of what is in a stream other programs show nothing, so it has to be one.
    [TestCase("%stream\n", "")]
    [TestCase("%5 0 obj<</Length #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length #>>\nstream\n", "")]
    [TestCase("5 0 obj<</Length #/Length #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 9>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 9999999>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</DL #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj[<</Length #>>]\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length #>>\n%stream\n", "endstream")]
    [TestCase("5 0 obj<</Length 1 0 R>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 4 0 R>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length # # #>>\nstream\n", "endstream")]
    public async Task A_signature_does_not_vanish_behind_the_beginning_of_a_stream(string before, string behind)
    {
        var signed = await SignAsync(PdfMaker.Plain());
        await ExpectEmbeddedAsync(PdfMaker.Embed(signed, before, behind + "\n", first: "%PDF-1.7\n"), isEmbedded: false);
    }

    [TestCase("5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\r\n", "\nendstream\nendobj\n", "")]
    [TestCase("5 0 obj <</Length 6 0 R>>stream\n", "endstream\nendobj\n", "6 0 obj\n#\nendobj\n")]
    [TestCase("6 0 obj # endobj\n5 0 obj <</Type/EmbeddedFile/Length 6 0 R/Subtype/pdf>>\nstream\n", "\r\nendstream\nendobj\n", "")]
    public async Task Tells_a_signature_of_a_file_inside_from_those_of_the_file(string stream, string end, string behind)
    {
        var signed = await SignAsync(PdfMaker.Plain());
        await ExpectEmbeddedAsync(PdfMaker.Embed(signed, stream, end, behind), isEmbedded: true);
    }

    // Whoever has a signed file altered may put it in a stream and go on using it: programs follow the cross-references, and where these are wrong they search the whole file.
    [Test]
    public async Task A_signature_does_not_vanish_in_a_stream_that_the_file_goes_on_using([Values] bool isStream, [Values("", "inside", "wrong", "section", "twice")] string fault)
    {
        var signed = await SignAsync(PdfMaker.Plain());
        byte[] Make(IReadOnlyList<(int Number, int Position)> objects, int at, int from)
        {
            var inside = from + Encoding.Latin1.GetString(signed).IndexOf("2 0 obj", StringComparison.Ordinal);
            (int Number, int Position)[] all =
            [
                .. objects.Select(each => each.Number == 2 && fault == "inside" ? (2, inside) : each.Number == 2 && fault == "wrong" ? (2, each.Position + 1) : each), .. isStream ? new[] { (7, at) } : [],
            ];
            var previous = fault == "section" ? $"/Prev {inside}" : fault == "twice" ? "/Prev 9/Prev 9" : "";
            return isStream ? PdfMaker.ReferenceStream(7, all, previous) : Encoding.Latin1.GetBytes(PdfMaker.Table(all) + $"trailer\n<</Size 20/Root 1 0 R{previous}>>\n");
        }

        var from = PdfMaker.Embed(signed).From;
        await ExpectEmbeddedAsync(PdfMaker.Embed(signed, table: (objects, at) => Make(objects, at, from)), isEmbedded: fault.Length == 0);
    }

    [Test]
    public async Task A_signature_does_not_vanish_in_a_stream_of_a_file_that_begins_or_ends_with_it()
    {
        var signed = await SignAsync(PdfMaker.Plain());
        var tail = Encoding.Latin1.GetBytes("\nendstream\nendobj\n");
        var whole = PdfMaker.Embed(signed);
        byte[] inner = whole.File[whole.From..];
        var endsWithin = await SignAsync([.. PdfMaker.Plain(), .. "%\nendstream\n"u8]);
        using (Assert.EnterMultipleScope())
        {
            await ExpectEmbeddedAsync(PdfMaker.Embed(signed, first: "1 0 obj\n<</Type/Catalog>>\nendobj\n"), isEmbedded: false, "no header");
            await ExpectEmbeddedAsync(PdfMaker.Embed(endsWithin, $"5 0 obj<</Length {PdfMaker.Plain().Length + 2}>>\nstream\n"), isEmbedded: false, "the stream ends within");
            await ExpectEmbeddedAsync((whole.File[..whole.Table], whole.From, whole.Table), isEmbedded: false, "no table");
            await ExpectEmbeddedAsync(([.. PdfMaker.Embed(inner).File.AsSpan(0, whole.From + inner.Length), .. tail], whole.From, whole.Table), isEmbedded: false, "its table within");
        }
    }

    private async Task ExpectEmbeddedAsync((byte[] File, int From, int Table) made, bool isEmbedded, string what = "")
    {
        var alone = await VerifyAsync(made.File);
        var within = await VerifyAsync(await PdfMaker.SignAsync(made.File, content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None), previous: made.Table));
        Assert.That(alone.Verdict.Findings.Select(finding => finding.Code), Does.Contain(isEmbedded ? "PDF_BYTE_RANGE_IGNORED" : "PDF_SIGNATURE_UNREAD"), what);
        Assert.That(alone.Verdict.Findings.Select(finding => finding.Code), Does.Not.Contain(isEmbedded ? "PDF_SIGNATURE_UNREAD" : "PDF_BYTE_RANGE_IGNORED"), what);
        Assert.That(within.Verdict.Indication, Is.EqualTo(isEmbedded ? Indication.TotalPassed : Indication.Indeterminate), string.Join("\n", within.Verdict.Faults.Select(finding => finding.English).Prepend(what)));
        Assert.That(within.Verdict.SubIndication, Is.EqualTo(isEmbedded ? SubIndication.None : SubIndication.SignedDataNotFound), what);
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
