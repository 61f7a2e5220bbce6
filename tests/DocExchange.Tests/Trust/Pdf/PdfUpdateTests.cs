using System.Globalization;
using System.Text;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>What may be added to a PDF behind a signature, and what may not (ISO 32000-2 §12.8.2.2, ETSI EN 319 142-1).</summary>
public sealed class PdfUpdateTests
{
    private const string Catalog = "1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>\nendobj\n";
    private const string Page = "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>\nendobj\n";
    private const string PaysMore = "4 0 obj\n<</Length 18>>stream\nBT (pay 900) Tj ET\nendstream\nendobj\n";
    private const string NewStream = "40 0 obj\n<</Length 1>>stream\nx\nendstream\nendobj\n";
    private const string NoMoreChanges = "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]";
    private const string Proofs = "1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/DSS 20 0 R>>\nendobj\n20 0 obj\n<</Type/DSS/Certs[21 0 R]>>\nendobj\n21 0 obj\n<</Length 3>>stream\nabc\nendstream\nendobj\n";

    // The next signature is number 10; its field, a widget of the page, is 30.
    private const string Countersigned =
        "30 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T(b)/V 10 0 R/P 3 0 R/Rect[10 10 60 60]/AP<</N 31 0 R>>>>\nendobj\n31 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 50 50]/Length 1>>stream\nq\nendstream\nendobj\n"
        + "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Annots[30 0 R]>>\nendobj\n5 0 obj\n<</Fields[6 0 R 30 0 R]/SigFlags 3>>\nendobj\n";

    private SigningOffice office = null!;
    private ISigningKey key = null!;
    private TrustStore trust = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        trust = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    private static byte[] Plain => Encoding.Latin1.GetBytes(
        "%PDF-1.7\n" + Catalog + "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n" + Page
        + "4 0 obj\n<</Length 18>>stream\nBT (pay 100) Tj ET\nendstream\nendobj\n5 0 obj\n<</Fields[6 0 R]/SigFlags 3>>\nendobj\n6 0 obj\n<</FT/Sig/T(a)/V 9 0 R>>\nendobj\n"
        + "7 0 obj\n<</Producer(a)/ModDate(D:1)>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");

    [Test]
    public async Task Leaves_open_the_first_signature_where_the_seconds_update_replaces_the_page()
    {
        var judged = await JudgeAsync(await SignAsync(Updated(await SignAsync(Plain), PaysMore)));
        Expect(judged, "PDF_CHANGED_AFTER_SIGNING");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Signatures[1].Verdict.Indication, Is.EqualTo(Indication.TotalPassed), "the second saw it");
            Assert.That(judged.HasUnprotectedContent, Is.True);
        }
    }

    [TestCase("", true)]
    [TestCase(PaysMore, true)]
    [TestCase(PaysMore, false)]
    public async Task Says_that_the_signer_permits_no_change(string update, bool isSignedAgain)
    {
        var certified = Updated(await SignAsync(Plain, NoMoreChanges), update);
        Expect(await JudgeAsync(isSignedAgain ? await SignAsync(certified) : certified), "PDF_CHANGE_FORBIDDEN");
    }

    [TestCase("")]
    [TestCase(NoMoreChanges)]
    public async Task Leaves_open_what_nobody_signed_even_where_it_looks_like_validation_data(string more) =>
        Expect(await JudgeAsync(Updated(await SignAsync(Plain, more), Proofs)), "PDF_ADDED_AFTER_SIGNING");

    [Test]
    public async Task Passes_a_second_signature_with_its_field_and_picture_and_validation_data_before_it()
    {
        var judged = await JudgeAsync(await SignAsync(Updated(await SignAsync(Plain), Countersigned + Proofs + "7 0 obj\n<</Producer(b)/ModDate(D:2)>>\nendobj\n")));
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
    }

    [Test]
    public async Task Reads_the_table_of_an_update_and_leaves_open_one_that_leads_elsewhere()
    {
        var signed = await SignAsync(Plain);
        var right = WithTable(signed, Proofs, 0);
        var wrong = WithTable(signed, Proofs, -signed.Length + 9);
        Assert.That((await AgainAsync(right)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
        Expect(await AgainAsync(wrong), "PDF_CHANGED_AFTER_SIGNING");

        var table = signed.Length + Proofs.Length;
        Assert.That((await AgainAsync(WithTable(right, Proofs, 0, $"/Prev {table}"))).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
        Expect(await AgainAsync(WithTable(right, Proofs, 0, $"/Prev {table + 1}")), "PDF_CHANGED_AFTER_SIGNING");
        Expect(await AgainAsync(WithTable(right, Proofs, 0)), "PDF_CHANGED_AFTER_SIGNING");
    }

    [TestCase("1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/OpenAction 20 0 R>>\nendobj\n", TestName = "An_action")]
    [TestCase("1 0 obj\n<</Type/Catalog/Pages 20 0 R/AcroForm 5 0 R>>\nendobj\n", TestName = "Other_pages")]
    [TestCase("1 0 obj\n<</Type/Catalog/Pages 2 0 R/#50ages 20 0 R/AcroForm 5 0 R>>\nendobj\n", TestName = "A_key_twice")]
    [TestCase("5 0 obj\n<</Fields[6 0 R]/SigFlags 3/XFA 20 0 R>>\nendobj\n", TestName = "An_XFA_form")]
    [TestCase("5 0 obj\n<</Fields[]/SigFlags 3>>\nendobj\n", TestName = "A_field_taken_away")]
    [TestCase("3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Annots[20 0 R]>>\nendobj\n20 0 obj\n<</Type/Annot/Subtype/FreeText/Rect[0 0 200 200]>>\nendobj\n", TestName = "A_note")]
    [TestCase("3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Annots[20 0 R]>>\nendobj\n20 0 obj\n<</Subtype/Widget/FT/Sig/T(x)/Rect[0 0 200 200]/AP<</N 21 0 R>>>>\nendobj\n", TestName = "A_field_that_nobody_signed")]
    [TestCase("20 0 obj\n<</Type/ObjStm/N 1/First 4/Length 1>>stream\nx\nendstream\nendobj\n", TestName = "Packed_objects")]
    [TestCase("20 0 obj\n<</Length 60>>stream\n4 0 obj <</Length 0>> endobj\nendstream\nendobj\n", TestName = "An_object_inside_a_stream")]
    [TestCase("% 4 0 obj <</Length 0>> endobj\n", TestName = "An_object_inside_a_comment")]
    [TestCase("6 0 obj\n<</FT/Sig/T(a)/V 20 0 R>>\nendobj\n", TestName = "Another_value_of_a_signed_field")]
    [TestCase("2 0 obj\n<</Type/Pages/Kids[3 0 R 20 0 R]/Count 2>>\nendobj\n", TestName = "Another_page")]
    [TestCase("trailer\n<</Root 20 0 R>>\n", TestName = "Another_catalogue")]
    [TestCase("4 0 obj", TestName = "What_breaks_off")]
    public async Task Leaves_open(string update) => Expect(await AgainAsync(Updated(await SignAsync(Plain), update)), "PDF_CHANGED_AFTER_SIGNING");

    // What a program reads that a strict reader does not: the last startxref in a comment, a stream that calls itself metadata, references around a comment.
    [TestCase("%startxref 9\n%%EOF\n", "", TestName = "A_start_in_a_comment")]
    [TestCase("20 0 obj\n(startxref 9)\nendobj\n", "", TestName = "A_start_in_a_text")]
    [TestCase("40 0 obj\n<</Type/Metadata/Length 1>>stream\nx\nendstream\nendobj\n", "40 0 obj\n<</Type/Metadata/Length 1>>stream\ny\nendstream\nendobj\n", TestName = "A_stream_called_metadata")]
    [TestCase(NewStream, "41 0 obj\n[40 0%x\nR]\nendobj\n", TestName = "A_reference_around_a_comment")]
    [TestCase(NewStream, "41 0 obj\n[40 0R]\nendobj\n", TestName = "A_reference_without_a_blank")]
    [TestCase(NewStream, "41 0 obj\n<</Type/Obj#53tm/N 1/First 4/Length 1>>stream\nx\nendstream\nendobj\n", TestName = "Packed_objects_of_an_escaped_name")]
    public async Task Leaves_open_what_programs_may_read(string update, string prepared) => Expect(await AgainPreparedAsync(prepared, update), "PDF_CHANGED_AFTER_SIGNING");

    [Test]
    public async Task Passes_a_new_object_that_nothing_refers_to() =>
        Assert.That((await AgainPreparedAsync("41 0 obj\n[42 0%x\nR 43 0R]\nendobj\n", NewStream)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));

    [Test]
    public async Task Leaves_open_an_update_of_a_file_larger_than_is_read()
    {
        var pdf = await SignAsync(Updated(await SignAsync(Plain), Proofs));
        var judged = await new PdfVerifier(trust, ValidationPolicy.Foreign, PdfLimits.Default with { MaxUpdatedFile = 100 }).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
        Expect(judged, "PDF_CHANGED_AFTER_SIGNING");
    }

    /// <summary>With an object in what the first signer signs, and an update before the second signs.</summary>
    private async Task<SignedDocument> AgainPreparedAsync(string prepared, string update) =>
        await AgainAsync(Updated(await SignAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Plain).Insert("%PDF-1.7\n".Length, prepared))), update));

    private async Task<SignedDocument> AgainAsync(byte[] pdf) => await JudgeAsync(await SignAsync(pdf));

    private static void Expect(SignedDocument judged, string code)
    {
        var signature = judged.Signatures[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(signature.Verdict.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
                Is.EqualTo(new[] { (code, Indication.Indeterminate, SubIndication.SigConstraintsFailure) }));
        }
    }

    private static byte[] Updated(byte[] pdf, string update) => update.Length == 0 ? pdf : [.. pdf, .. Encoding.Latin1.GetBytes(update + "trailer\n<</Root 1 0 R>>\n%%EOF\n")];

    /// <param name="shift">What is added to the place of the first object.</param>
    private static byte[] WithTable(byte[] pdf, string update, int shift, string more = "")
    {
        var places = new[] { 1, 20, 21 }.Select(number => (number, pdf.Length + (number == 1 ? shift : update.IndexOf($"\n{number} 0 obj", StringComparison.Ordinal) + 1)));
        var table = "xref\n" + string.Concat(places.Select(place => $"{place.number} 1\n{place.Item2.ToString("D10", CultureInfo.InvariantCulture)} 00000 n \n"));
        return [.. pdf, .. Encoding.Latin1.GetBytes($"{update}{table}trailer\n<</Root 1 0 R/Size 22{more}>>\nstartxref\n{pdf.Length + update.Length}\n%%EOF\n")];
    }

    private Task<byte[]> SignAsync(byte[] pdf, string more = "") =>
        PdfMaker.SignAsync(pdf, content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None), more: more);

    private Task<SignedDocument> JudgeAsync(byte[] pdf) => new PdfVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
