using System.Text;

namespace DocExchange.BrowserTests.Site;

/// <summary>Files to send.</summary>
internal static class SampleFiles
{
    /// <summary>A PDF of one page; its title is what it was made for, so that no two are alike.</summary>
    public static byte[] Pdf(string title)
    {
        var page = "BT /F1 20 Tf 72 720 Td (DocExchange) Tj ET";
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
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
}
