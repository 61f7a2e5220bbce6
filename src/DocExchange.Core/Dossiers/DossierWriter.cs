using System.Text;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// Puts a dossier together: what is given, what explains it to people, the digests of all, and the hub's signature over
/// these, by which the hub answers for it that nothing was left out.
/// </summary>
public static class DossierWriter
{
    /// <summary>The steps that <c>verify.sh</c> takes, as this version has them.</summary>
    internal static byte[] Script { get; } = Resource("verify.sh");

    private static string Readme { get; } = Encoding.UTF8.GetString(Resource("README.txt"));

    /// <param name="parts">From <see cref="DossierLayout.Manifest"/> on, in the order of <see cref="DossierLayout"/>; each is read here once and again when it is written.</param>
    /// <param name="key">The hub's machine key.</param>
    /// <returns>The measured file: its size is known, nothing is written yet.</returns>
    /// <exception cref="PackageFormatException">It would have more entries or bytes than a dossier can.</exception>
    /// <exception cref="InvalidOperationException">The parts are not those of a dossier.</exception>
    public static async Task<StoredArchive> ComposeAsync(IEnumerable<StoredPart> parts, ISigningKey key, DateTimeOffset at, CancellationToken cancellation)
    {
        var archive = new StoredArchive();
        var given = parts.ToList();
        var readme = Encoding.UTF8.GetBytes(DossierReadme.Of(Readme, [.. given.Select(part => part.Path)]));
        foreach (var part in given.Prepend(new StoredPart(DossierLayout.Script, Script)).Prepend(new StoredPart(DossierLayout.Readme, readme)))
        {
            await archive.AddAsync(part, cancellation);
        }

        var sums = DossierSums.Write(archive.Digests);
        await archive.AddAsync(new StoredPart(DossierLayout.Sums, sums), cancellation);
        await archive.AddAsync(new StoredPart(DossierLayout.Signature, await CmsSigner.SignAsync(sums, key, at, CmsForm.Detached, cancellation)), cancellation);
        return DossierLayout.FindProblem([.. archive.Entries]) is { } problem ? throw new InvalidOperationException(problem.English) : archive;
    }

    private static byte[] Resource(string name)
    {
        using var resource = typeof(DossierWriter).Assembly.GetManifestResourceStream("DocExchange.Core.Dossiers." + name)!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
