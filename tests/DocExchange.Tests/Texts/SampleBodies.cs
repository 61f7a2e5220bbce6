using System.Globalization;
using System.IO.Compression;
using System.Text;
using DocExchange.Tests.Trust.Ofd;

namespace DocExchange.Tests.Texts;

/// <summary>Bodies with words, written by hand.</summary>
internal static class SampleBodies
{
    private const string Declared = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

    /// <summary>An OFD whose pages have these text objects, each at its place in millimetres.</summary>
    public static byte[] Ofd(params (double X, double Y, string Text)[][] pages) => OfdMaker.Pack(OfdParts([], pages));

    public static Dictionary<string, byte[]> OfdParts((double X, double Y, string Text)[] template, params (double X, double Y, string Text)[][] pages)
    {
        var listed = string.Concat(pages.Select((_, index) => $"<ofd:Page ID=\"{index + 10}\" BaseLoc=\"Pages/Page_{index}/Content.xml\"/>"));
        var parts = new Dictionary<string, byte[]>
        {
            ["OFD.xml"] = Utf8($"<ofd:OFD {Declared}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"),
            ["Doc_0/Document.xml"] = Utf8($"<ofd:Document {Declared}><ofd:CommonData><ofd:TemplatePage ID=\"2\" BaseLoc=\"Tpls/Tpl_0/Content.xml\"/></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"),
            ["Doc_0/Tpls/Tpl_0/Content.xml"] = Utf8(Page(template, "")),
        };
        foreach (var (page, index) in pages.Select((page, index) => (page, index)))
        {
            parts[$"Doc_0/Pages/Page_{index}/Content.xml"] = Utf8(Page(page, template.Length > 0 ? "<ofd:Template TemplateID=\"2\" ZOrder=\"Background\"/>" : ""));
        }

        return parts;
    }

    /// <summary>A PDF of one page with this content stream; names of fonts and forms as <paramref name="resources"/> says.</summary>
    public static byte[] Pdf(byte[] content, string resources = "", params byte[][] objects)
    {
        using var file = new MemoryStream();
        Write(file, "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
        Write(file, $"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<{resources}/Font<</F1 5 0 R>>>>/Contents 4 0 R>>\nendobj\n4 0 obj\n");
        file.Write(content);
        Write(file, "\nendobj\n5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n");
        foreach (var (bytes, index) in objects.Select((bytes, index) => (bytes, index)))
        {
            Write(file, string.Create(CultureInfo.InvariantCulture, $"{index + 6} 0 obj\n"));
            file.Write(bytes);
            Write(file, "\nendobj\n");
        }

        Write(file, string.Create(CultureInfo.InvariantCulture, $"trailer\n<</Root 1 0 R/Size {objects.Length + 6}>>\n%%EOF\n"));
        return file.ToArray();
    }

    /// <summary>The stream object of this content.</summary>
    public static byte[] Content(string operators, string entries = "") => StreamOf(Encoding.Latin1.GetBytes(operators), entries);

    /// <summary>A stream object that unpacks to many blanks.</summary>
    public static byte[] Bomb(long size)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var blanks = Encoding.Latin1.GetBytes(new string(' ', 1 << 20));
            for (var written = 0L; written < size; written += blanks.Length)
            {
                deflate.Write(blanks);
            }
        }

        return StreamOf(packed.ToArray(), "/Filter/FlateDecode");
    }

    private static byte[] StreamOf(byte[] content, string entries) =>
        [.. Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<<{entries}/Length {content.Length}>>stream\n")), .. content, .. "\nendstream"u8];

    private static string Page((double X, double Y, string Text)[] objects, string template) =>
        $"<ofd:Page {Declared}>{template}<ofd:Content><ofd:Layer ID=\"3\">{string.Concat(objects.Select(TextObject))}</ofd:Layer></ofd:Content></ofd:Page>";

    private static string TextObject((double X, double Y, string Text) piece) => string.Create(
        CultureInfo.InvariantCulture,
        $"<ofd:TextObject ID=\"4\" Boundary=\"{piece.X} {piece.Y} 150 6\" Font=\"5\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g {piece.Text.Length - 1} 5\">{piece.Text}</ofd:TextCode></ofd:TextObject>");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static void Write(Stream file, string text) => file.Write(Encoding.Latin1.GetBytes(text));
}
