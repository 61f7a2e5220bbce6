using System.IO.Compression;
using System.Text;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Pdf.PdfMaker;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>A signed file that lies in another one, and is used as a part of it, is not merely embedded, though it still fits its signature to the letter.</summary>
public sealed class PdfCrossReferencesTests
{
    private SigningOffice office = null!;
    private TrustStore trust = null!;
    private ISigningKey key = null!;
    private byte[] signed = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        trust = office.Store with { Intermediates = [office.Authority.Certificate] };
        signed = await SignAsync(Plain());
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    // ISO 32000-1 §7.5.6: what is changed by an update leaves the signed bytes as they are.
    [Test]
    public async Task A_signed_file_that_is_changed_by_an_update_is_not_merely_embedded([Values] bool isUpdateInside)
    {
        var update = Encoding.Latin1.GetBytes("2 0 obj\n<</Type/Pages/Kids[]/Count 900>>\nendobj\n");
        byte[] inner = isUpdateInside ? [.. signed, .. update] : signed;
        var file = Embed(inner, first: "%PDF-1.7\n", end: "\nendstream\nendobj\n" + (isUpdateInside ? "" : Encoding.Latin1.GetString(update)), references: places => Table(All(places)));
        await ExpectSharedAsync(file);
        await ExpectApartAsync(Embed(inner));
    }

    [Test]
    public async Task References_of_any_form_do_not_lead_into_a_file_that_is_merely_embedded()
    {
        var section = "xref\n0 0\ntrailer\n<</Size 1000/Root 1 0 R>>\n";
        byte[] plain = [.. Plain(), .. Encoding.Latin1.GetBytes(section)];
        var withSection = await SignAsync(plain);
        var at = Plain().Length;
        using (Assert.EnterMultipleScope())
        {
            foreach (var form in StreamForms)
            {
                await ExpectSharedAsync(Embed(signed, references: places => Rows(All(places), form)), form.ToString());
            }

            await ExpectSharedAsync(Embed(signed, references: places => Hybrid(places, places.Inner[9].Position)), "hybrid");
            await ExpectSharedAsync(Embed(withSection, references: places => Table(places with { Previous = places.Start + at })), "a section");
            await ExpectApartAsync(Embed(withSection), "a section that is not used");
        }
    }

    [Test]
    public async Task The_word_that_leads_to_the_last_references_does_not_stand_in_a_file_that_is_merely_embedded()
    {
        var first = Encoding.Latin1.GetString(Plain());
        first += Table(new PdfPlaces(new() { [1] = new(0, first.IndexOf("1 0 obj", StringComparison.Ordinal)), [2] = new(0, first.IndexOf("2 0 obj", StringComparison.Ordinal)) }, [], first.Length, 0, null));
        var inner = await PdfMaker.SignAsync(Plain(), content => SignAsync(key, content), more: $"/X(\nstartxref\n{first.IndexOf("xref", StringComparison.Ordinal)}\n)");
        await ExpectSharedAsync(Embed(inner, first: first, references: _ => ""), isSignedToo: false);
        await ExpectApartAsync(Embed(inner, first: first));
    }

    // What is not exactly right, programs repair: then they find the objects of the file inside.
    [TestCase("/Root 1 0 R", "")]
    [TestCase("/Root 1 0 R", "/Root 77 0 R")]
    [TestCase("/Root 1 0 R", "/Root 5 0 R")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/Ro#6ft 1 0 R")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/Prev 1 0 R")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/Prev 12")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/Pre#76 12")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/XRefStm 12")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/Prev 999999999999")]
    [TestCase("/Root 1 0 R", "/Root 1 0 R/A[/A[/A[")]
    [TestCase("/Size 1000", "")]
    [TestCase("/Size 1000", "/Size 5")]
    [TestCase("trailer", "trailor")]
    [TestCase(" 00000 n \n", " 00007 n \n")]
    [TestCase(" 00000 n \n", " 00000 n\n")]
    [TestCase(" 00000 n \n", " 0000 n  \n")]
    [TestCase(" 00000 n \n", " 00000 x \n")]
    [TestCase("0000000", "0000001")]
    [TestCase("5 1\n", "4 1\n")]
    [TestCase("xref\n0 1", "xref\n0 999999999999999")]
    [TestCase("\nstartxref", "\n%startxref")]
    [TestCase("\nstartxref", "\nxstartxref")]
    [TestCase("startxref\n", "startxref\n1")]
    [TestCase("startxref\n", "startxref\n-")]
    [TestCase("startxref\n", "startxref\n99999999999999999999")]
    [TestCase("%%EOF\n", "%%EOF\nstartxref\n0\n")]
    public async Task A_file_is_not_merely_embedded_where_the_references_are_not_exactly_right(string old, string other)
    {
        await ExpectSharedAsync(Embed(signed, references: places => Table(places).Replace(old, other, StringComparison.Ordinal)), isSignedToo: false);
        await ExpectApartAsync(Embed(signed));
    }

    [Test]
    public async Task A_file_is_not_merely_embedded_in_what_is_no_whole_file()
    {
        var plain = Encoding.Latin1.GetString(Plain());
        var linearized = $"%PDF-1.7\n%x\n7 0 obj<</Linearized 1/L ######>>endobj\n{plain[10..]}";
        using (Assert.EnterMultipleScope())
        {
            foreach (var first in new[] { "\n" + plain, plain.Replace("/Pages 2 0 R", "", StringComparison.Ordinal), plain.Replace("<</Type/Pages/Kids[]/Count 0>>", "null", StringComparison.Ordinal) })
            {
                await ExpectSharedAsync(Embed(signed, first: first), first, isSignedToo: false);
            }

            // Of a file made for the web, some programs take what is behind its first object, as long as it has the length that it says.
            var file = Embed(signed, first: linearized);
            await ExpectApartAsync(Written(file, file.Length + 1), "was made for the web");
            await ExpectSharedAsync(Written(file, file.Length), "made for the web", isSignedToo: false);
            await ExpectSharedAsync(Embed(signed, references: places => Table(places) + new string('\n', 1025)), "more than programs look at", isSignedToo: false);

            // What is deleted is no catalogue any more.
            await ExpectSharedAsync(Embed(signed, references: places => Table(places) is var table ? table + Table(places with { Outer = [], At = places.At + table.Length, Previous = places.At })
                .Replace("0 1\n0000000000 65535 f \n", "0 2\n0000000000 65535 f \n0000000000 00000 f \n", StringComparison.Ordinal) : ""), "deleted", isSignedToo: false);
        }

        static byte[] Written(byte[] file, int length) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(file).Replace("######", $"{length:D6}", StringComparison.Ordinal));
    }

    [Test]
    public async Task References_as_makers_write_them_lead_past_a_file_that_is_merely_embedded()
    {
        (string Maker, Func<PdfPlaces, string> Write)[] all =
        [
            ("line ends of two letters", places => Table(places).Replace(" \n", "\r\n", StringComparison.Ordinal).Replace("trailer\n", "trailer\r\n", StringComparison.Ordinal)),
            ("a comment behind", places => Table(places).Replace("startxref", "%iText-5.5.13\nstartxref", StringComparison.Ordinal)),
            ("a comment inside", places => Table(places).Replace("/Root", "% ReportLab generated PDF document\n\n/ID [(a<<)(\\)b)]/Root", StringComparison.Ordinal)),
            ("blanks in front", places => "\r\n" + Table(places)),
            ("blanks behind", places => Table(places) + new string('\n', 900)),
            ("what there is not", places => Table(places).Replace("trailer", "30 1\n0000000000 00000 n \ntrailer", StringComparison.Ordinal)),
            ("an older word before", places => "startxref\n0\n%%EOF\n" is var older ? older + Table(places with { At = places.At + older.Length }) : ""),
            ("table and stream", places => Hybrid(places, places.Outer[5].Position)),
            ("a loop", places => Table(places with { Previous = places.At })),
            ("many revisions", places =>
            {
                var text = new StringBuilder(Table(places));
                for (int revision = 0, last = places.At; revision < 200; revision++)
                {
                    var at = places.At + text.Length;
                    text.Append(Table(places with { Outer = [], At = at, Previous = last }));
                    last = at;
                }

                return text.ToString();
            }),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (maker, write) in all)
            {
                await ExpectApartAsync(Embed(signed, references: write), maker);
            }

            foreach (var form in StreamForms)
            {
                await ExpectApartAsync(Embed(signed, references: places => Rows(places, form)), form.ToString());
            }
        }
    }

    [TestCase("/W[1 4 1]", "/W[1 9 1]")]
    [TestCase("/W[1 4 1]", "/W[0 0 0]")]
    [TestCase("/W[1 4 1]", "/W[1 4]")]
    [TestCase("/Index[", "/Index[999999999999999 999999999999999 ")]
    [TestCase("/Index[", "/Index[0 9223372036854775807 ")]
    [TestCase("/Index[", "/Index[0 400000 ")]
    [TestCase("/Index[", "/Index[0 ")]
    [TestCase("/Type/XRef", "")]
    [TestCase("/Filter/FlateDecode", "/F/FlateDecode")]
    [TestCase("/Filter/FlateDecode", "/Filter/FlateDecode/F(x)")]
    [TestCase("/Filter/FlateDecode", "/Filter[/FlateDecode/FlateDecode]")]
    [TestCase("/Filter/FlateDecode", "/Filter/LZWDecode")]
    [TestCase("/Filter/FlateDecode", "/Filter/FlateDecode/DP<</Predictor 12>>")]
    [TestCase("/Columns 6", "/Columns 7")]
    [TestCase("/Columns 6", "/Columns 6/Colors 2")]
    [TestCase("/Columns 6", "/Columns 6/Predictor 1")]
    [TestCase("/Columns 6", "")]
    [TestCase("/Predictor 15", "/Predictor 2")]
    [TestCase("/DecodeParms<<", "/DecodeParms[<<>><<")]
    [TestCase("/Length ", "/Length 9")]
    [TestCase("/Length ", "/Length 0 0 R/L ")]
    [TestCase(">>\nstream\n", "/A<<>>stream/Prev 7>>\nstream\n")]
    [TestCase(">>\nstream\n", ">>stream")]
    [TestCase(">>\nstream\n", ">>\nstream\nx")]
    public async Task A_stream_of_references_that_is_not_exactly_right_is_not_taken_for_one(string old, string other)
    {
        var form = new Form(IsPacked: true, Predictor: 2, IsArray: false);
        await ExpectSharedAsync(Embed(signed, references: places => Rows(places, form).Replace(old, other, StringComparison.Ordinal)), isSignedToo: false);
    }

    // 1 MiB unpacks to a thousand, and 7 MB of keys took gigabytes.
    [Test]
    public async Task What_references_cost_is_bounded()
    {
        var packed = Packed(new byte[64 << 20]);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await ExpectSharedAsync(Embed(signed, references: places => Rows(places, new Form(true, null, false), packed, "0 11000000")), isSignedToo: false);
        await ExpectSharedAsync(Embed(signed, references: places => Table(places).Replace("/Root", string.Concat(Enumerable.Repeat("/A[", 1_000_000)) + "/Root", StringComparison.Ordinal)), isSignedToo: false);
        await ExpectSharedAsync(Embed(signed, references: places => Table(places).Replace("/Root", string.Concat(Enumerable.Repeat("/A 1", 1_000_000)) + "/Root", StringComparison.Ordinal)), isSignedToo: false);
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(400L << 20));

        await ExpectApartAsync(Embed(signed, references: places => Chain(places, 1)));
        await ExpectSharedAsync(Embed(signed, references: places => Chain(places, 2)), isSignedToo: false);

        // 400,000 entries each, of what there is not.
        string Chain(PdfPlaces places, int sections)
        {
            var text = Table(places);
            for (int section = 0, last = places.At; section < sections; section++)
            {
                var at = places.At + text.Length;
                text += Rows(places with { Outer = [], At = at, Previous = last }, new Form(true, null, false), Packed(new byte[6 * 400_000]), "2000 400000");
                last = at;
            }

            return text;
        }
    }

    internal static readonly Form[] StreamForms =
        [new(false, null, false), new(true, null, false), new(true, null, true), .. Enumerable.Range(0, 5).Select(each => new Form(true, each, each % 2 == 0))];

    /// <param name="Predictor">Of each row; null for none.</param>
    /// <param name="IsArray">Filter and DecodeParms are.</param>
    internal sealed record Form(bool IsPacked, int? Predictor, bool IsArray);

    private static PdfPlaces All(PdfPlaces places)
    {
        var all = new SortedDictionary<int, PdfPlaces.Place>(places.Inner);
        foreach (var (number, place) in places.Outer)
        {
            all[number] = place;
        }

        return places with { Outer = all };
    }

    /// <summary>A table without one object, and a stream that says where that is.</summary>
    private static string Hybrid(PdfPlaces places, int position)
    {
        var number = places.Outer.ContainsValue(new(0, position)) ? 5 : 9;
        var stream = Rows(places with { Outer = new() { [number] = new(0, position) } }, new Form(true, null, false), end: "");
        SortedDictionary<int, PdfPlaces.Place> others = new(places.Outer);
        others.Remove(number);
        return stream + Table(places with { Outer = others, At = places.At + stream.Length }).Replace("/Root", $"/XRefStm {places.At}/Root", StringComparison.Ordinal);
    }

    internal static string Rows(PdfPlaces places, Form form, byte[]? data = null, string? index = null, string? end = null)
    {
        SortedDictionary<int, PdfPlaces.Place> all = new(places.Outer) { [51] = new(0, places.At) };
        var above = new byte[6];
        List<byte> written = [];
        foreach (var place in all.Values)
        {
            byte[] row = [1, (byte)(place.Position >> 24), (byte)(place.Position >> 16), (byte)(place.Position >> 8), (byte)place.Position, (byte)place.Generation];
            written.AddRange(form.Predictor is { } kind ? [(byte)kind, .. row.Select((value, i) => (byte)(value - Guess(kind, i > 0 ? row[i - 1] : 0, above[i], i > 0 ? above[i - 1] : 0)))] : row);
            above = row;
        }

        data ??= form.IsPacked ? Packed([.. written]) : [.. written];
        index ??= string.Join(' ', all.Keys.Select(number => $"{number} 1"));
        var (open, close) = form.IsArray ? (" [", "] ") : ("", "");
        var keys = (form.IsPacked ? $"/Filter{open}/FlateDecode{close}" : "") + (form.Predictor is null ? "" : $"/DecodeParms{open}<</Columns 6/Predictor 15>>{close}");
        var previous = places.Previous is { } position ? $"/Prev {position}" : "";
        return $"51 0 obj\n<</Type/XRef/Size 1000/Root 1 0 R{previous}/W[1 4 1]/Index[{index}]{keys}/Length {data.Length}>>\nstream\n{Encoding.Latin1.GetString(data)}\nendstream\nendobj\n"
            + (end ?? $"startxref\n{places.At}\n%%EOF\n");
    }

    // ISO/IEC 15948 §9.2.
    private static int Guess(int kind, int left, int above, int corner)
    {
        var distances = new[] { Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - corner - corner) };
        return kind switch { 0 => 0, 1 => left, 2 => above, 3 => (left + above) / 2, _ => new[] { left, above, corner }[Array.IndexOf(distances, distances.Min())] };
    }

    private static byte[] Packed(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    private Task ExpectApartAsync(byte[] file, string what = "") => ExpectAsync(file, "PDF_BYTE_RANGE_IGNORED", Indication.TotalPassed, isSignedToo: true, what);

    /// <param name="isSignedToo">By a revision that goes on from it.</param>
    private Task ExpectSharedAsync(byte[] file, string what = "", bool isSignedToo = true) => ExpectAsync(file, "PDF_EMBEDDED_SHARED", Indication.Indeterminate, isSignedToo, what);

    private async Task ExpectAsync(byte[] file, string code, Indication indication, bool isSignedToo, string what)
    {
        var alone = (await VerifyAsync(file)).Verdict.Findings;
        Assert.That(alone.Where(finding => finding.Code.StartsWith("PDF_", StringComparison.Ordinal) && finding.Code != "PDF_NOT_SIGNED").Select(finding => finding.Code), Is.EqualTo(new[] { code }), what);
        if (isSignedToo)
        {
            var within = (await VerifyAsync(await SignAsync(file))).Verdict;
            Assert.That((within.Indication, within.Findings.Any(finding => finding.Code == code)), Is.EqualTo((indication, true)), string.Join("\n", within.Faults.Select(finding => finding.English).Prepend(what)));
        }
    }

    private Task<byte[]> SignAsync(byte[] pdf) => PdfMaker.SignAsync(pdf, content => SignAsync(key, content));

    private static Task<byte[]> SignAsync(ISigningKey key, byte[] content) => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

    private Task<SignedDocument> VerifyAsync(byte[] pdf) =>
        new PdfVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
