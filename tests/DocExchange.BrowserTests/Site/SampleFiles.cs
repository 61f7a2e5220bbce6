using System.IO.Compression;
using System.Text;

namespace DocExchange.BrowserTests.Site;

/// <summary>Files to send.</summary>
internal static class SampleFiles
{
    /// <summary>A PDF of one page; its title is what it was made for, so that no two are alike.</summary>
    /// <param name="script">Runs when it is opened, in a reader that runs scripts.</param>
    public static byte[] Pdf(string title, string script = "")
    {
        var page = "BT /F1 20 Tf 72 720 Td (DocExchange) Tj ET";
        string[] objects =
        [
            script.Length == 0 ? "<< /Type /Catalog /Pages 2 0 R >>" : $"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS ({script}) >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            $"<< /Length {page.Length} >>\nstream\n{page}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            $"<< /Title <FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(title))}> >>",
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var at = new List<int>();
        foreach (var (content, number) in objects.Select((content, index) => (content, index + 1)))
        {
            at.Add(file.Length);
            file.Append($"{number} 0 obj\n{content}\nendobj\n");
        }

        var table = file.Length;
        file.Append($"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        at.ForEach(offset => file.Append($"{offset:D10} 00000 n \n"));
        file.Append($"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }

    /// <summary>An OFD (GB/T 33190-2016) of one page with this line on it.</summary>
    public static byte[] Ofd(string line)
    {
        const string ns = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, "OFD.xml", $"<ofd:OFD {ns} Version=\"1.0\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
            Put(zip, "Doc_0/Document.xml", $"<ofd:Document {ns}><ofd:CommonData/><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>");
            Put(zip, "Doc_0/Pages/Page_0/Content.xml", $"<ofd:Page {ns}><ofd:Content><ofd:Layer ID=\"2\"><ofd:TextObject ID=\"3\" Boundary=\"20 20 170 10\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\">{line}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>");
        }

        return file.ToArray();
    }

    private static void Put(ZipArchive zip, string path, string xml)
    {
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(Encoding.UTF8.GetBytes(xml));
    }
}
