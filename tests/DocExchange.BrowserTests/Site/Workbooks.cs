using System.IO.Compression;

namespace DocExchange.BrowserTests.Site;

/// <summary>What was downloaded, read as the ZIP of XML that it is (ECMA-376).</summary>
internal static class Workbooks
{
    /// <summary>The text of all its parts.</summary>
    public static string TextOf(string path)
    {
        using var workbook = ZipFile.OpenRead(path);
        return string.Concat(workbook.Entries.Where(entry => entry.Name.EndsWith(".xml", StringComparison.Ordinal)).Select(entry =>
        {
            using var text = new StreamReader(entry.Open());
            return System.Net.WebUtility.HtmlDecode(text.ReadToEnd());
        }));
    }
}

/// <summary>What a page looks like on paper.</summary>
internal static class Pdfs
{
    public static int PagesOf(byte[] file) => System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(file), "/Type\\s*/Page[^s]");
}
