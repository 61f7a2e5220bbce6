using System.IO.Compression;
using System.Text;
using DocExchange.Node.DeskPages.Previews;

namespace DocExchange.Tests.Node.DeskPages.Previews;

internal sealed class PdfScriptsTests
{
    private const string Plain = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";

    [TestCase("3 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj")]
    [TestCase("3 0 obj << /JS 4 0 R /S /JavaScript >> endobj")]
    [TestCase("3 0 obj <</S/JavaScript/JS<6170702E>>> endobj")]
    [TestCase("3 0 obj << /S /#4aavaScript /#4AS (x) >> endobj")]
    [TestCase("3 0 obj << /J#53 % a comment\n (x) >> endobj")]
    [TestCase("3 0 obj << /JS\r\n\t\0  (x) >> endobj")]
    public async Task Finds_a_script_however_its_key_is_written(string last) => Assert.That(await MayRunAsync(Bytes(Plain + last)), Is.True);

    [TestCase("3 0 obj << /Title (JS) /Author (/J) /JSON 1 >> endobj")]
    [TestCase("3 0 obj << /Kids [] /JS >> endobj")]
    [TestCase("")]
    public async Task A_file_without_one_is_shown(string last) => Assert.That(await MayRunAsync(Bytes(Plain + last)), Is.False);

    [Test]
    public async Task Finds_a_script_across_the_edge_of_what_is_read_at_once([Values(-4, -3, -2, -1, 0, 1)] int shift)
    {
        var before = new string(' ', (1 << 20) + shift);
        Assert.That(await MayRunAsync(Bytes(before + "/JS (x)" + new string(' ', 5_000))), Is.True);
    }

    [TestCase("<< /S /JavaScript /JS (x) >>", "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 99", true)]
    [TestCase("<< /S /URI /URI (x) >>", "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 99", false)]
    [TestCase("<< /S /URI /URI (x) >>", "/Type/Obj#53tm/N 1/First 4/Filter[/FlateDecode]/Length 99", false)]
    [TestCase("<< /S /JavaScript /JS (x) >>", "/Type/Obj#53tm/N 1/First 4/Filter[/FlateDecode]/Length 99", true)]
    [TestCase("<< /S /URI /URI (x) >>", "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 12 >> /Length 99", true)]
    [TestCase("<< /S /URI /URI (x) >>", "/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode /Length 99", true)]
    [TestCase("<< /S /URI /URI (x) >>", "/Type /ObjStm /X (stream\n) /N 1 /First 4 /Filter /FlateDecode /Length 99", true)]
    public async Task Looks_into_object_streams_and_takes_those_it_cannot_for_scripts(string content, string dictionary, bool mayRun)
    {
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await zlib.WriteAsync(Bytes("5 0 " + content));
        }

        byte[] file = [.. Bytes($"{Plain}4 0 obj\n<< {dictionary} >>\nstream\r\n"), .. packed.ToArray(), .. Bytes("\nendstream\nendobj\n")];
        Assert.That(await MayRunAsync(file), Is.EqualTo(mayRun));
        Assert.That(await MayRunAsync([.. file, .. Bytes("trailer << /Encrypt 9 0 R >>")]), Is.True, "an encrypted one hides its object streams");
    }

    [Test]
    public async Task A_damaged_object_stream_counts_as_a_script()
    {
        byte[] file = [.. Bytes($"{Plain}4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n"), 0x78, 0x9c, 0xff, 0xff, 0xff, 0xff, .. Bytes("\nendstream")];
        Assert.That(await MayRunAsync(file), Is.True);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static async Task<bool> MayRunAsync(byte[] file)
    {
        await using var content = new MemoryStream(file);
        return await PdfScripts.MayRunAsync(content, CancellationToken.None);
    }
}
