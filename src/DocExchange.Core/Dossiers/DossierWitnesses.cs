using System.Text;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Merkle;

namespace DocExchange.Core.Dossiers;

/// <summary>How many different witnesses have cosigned the checkpoint of a dossier, and how many the exchange asks for. It judges nothing else.</summary>
public sealed record DossierWitnesses(int Cosignatures, int Quorum)
{
    public bool IsWitnessed => Cosignatures >= Quorum;

    /// <param name="seekable">The dossier; disposed of here.</param>
    /// <returns>Null where the file is none that can be read.</returns>
    public static async Task<DossierWitnesses?> CountAsync(Stream seekable, CancellationToken cancellation)
    {
        try
        {
            using var file = await DossierFile.OpenAsync(seekable, cancellation);
            var keys = Encoding.UTF8.GetString(file.Read(DossierLayout.WitnessKeys)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NoteVerifier.Parse).Distinct().ToList();
            return new DossierWitnesses(SignedNote.Parse(file.Read(DossierLayout.Checkpoint)).VerifiedBy(keys).DistinctBy(made => made.Verifier.Name).Count(), DossierManifest.Parse(file.Read(DossierLayout.Manifest)).Quorum);
        }
        catch (Exception unreadable) when (unreadable is FormatException or PackageFormatException or DossierFormatException)
        {
            return null;
        }
    }
}
