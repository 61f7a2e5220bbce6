using System.Runtime.CompilerServices;
using System.Text;
using DocExchange.Trust.Containers;

namespace DocExchange.Tests.Trust.Containers;

/// <summary>A small package whose bytes never change. The container does not judge signatures, so theirs are plain text.</summary>
internal static class SamplePackage
{
    public static readonly byte[] Metadata = "<metadata xmlns=\"urn:example\">京政发〔2001〕1号</metadata>"u8.ToArray();
    public static readonly byte[] Body = "%PDF-1.7 body"u8.ToArray();
    public static readonly byte[] Signature = "not a CMS, the container does not mind"u8.ToArray();
    public static readonly byte[] Seal = "not a seal either"u8.ToArray();

    public static IReadOnlyList<PackagePart> Parts =>
    [
        PackagePart.Metadata(Metadata),
        PackagePart.Body("关于做好工作的意见.pdf", () => new MemoryStream(Body)),
        PackagePart.Attachment(1, "list 1.xlsx", () => new MemoryStream(Encoding.UTF8.GetBytes("attachment one"))),
        PackagePart.Attachment(2, "附件2（说明）.txt", () => new MemoryStream([])),
    ];

    public static async Task<byte[]> BytesAsync(bool withSm3 = true, int seals = 1)
    {
        var manifest = await PackageManifest.CreateAsync(Parts, withSm3, CancellationToken.None);
        return await WriteAsync(manifest, Parts, Signature, seals);
    }

    public static async Task<byte[]> WriteAsync(PackageManifest manifest, IReadOnlyList<PackagePart> parts, byte[] signature, int seals = 0, PackageLimits? limits = null)
    {
        var output = new MemoryStream();
        await PackageWriter.WriteAsync(
            output, manifest, parts, signature, [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(Seal, seals)], limits ?? PackageLimits.Default, CancellationToken.None);
        return output.ToArray();
    }

    public static Task<PackageReader> OpenAsync(byte[] package, PackageLimits? limits = null) =>
        PackageReader.OpenAsync(new MemoryStream(package, writable: false), limits ?? PackageLimits.Default, CancellationToken.None);

    /// <summary>The code of the refusal; null when the package is opened.</summary>
    public static async Task<string?> FaultOfAsync(byte[] package, PackageLimits? limits = null)
    {
        try
        {
            using var reader = await OpenAsync(package, limits);
            return null;
        }
        catch (PackageFormatException fault)
        {
            return fault.Code;
        }
    }

    public static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
