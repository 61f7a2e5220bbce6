using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;

namespace DocExchange.Hub.Offices;

/// <summary>Makes an office's round seal (公章) in the site's own name, for sites without another seal maker.</summary>
internal static class SealMaking
{
    // GB/T 38540 leaves the type to the maker; 1 is used for the seal of a unit.
    private const int UnitSeal = 1;

    public static Task<Seal> MakeAsync(Office office, Certificate signer, ISigningKey maker, DateTimeOffset now, int years, CancellationToken cancellation) => SealMaker.MakeAsync(
        new SealDefinition
        {
            EsId = EsIdOf(office, signer),
            VendorId = "DOCEXCHANGE",
            Name = office.Name,
            Type = UnitSeal,
            Picture = RoundSeal.Draw(new RoundSealText { Name = office.Name.Length <= RoundSealText.MaxNameLength ? office.Name : office.ShortName }),
            Signers = [signer],
            CreatedAt = now,
            ValidFrom = now.AddMinutes(-5),
            ValidUntil = now.AddYears(years),
        },
        maker,
        cancellation);

    /// <summary>14 digits drawn from the certificate, so that the same enrolment gives the same seal number, and a further seal another.</summary>
    private static string EsIdOf(Office office, Certificate signer)
    {
        var named = office.Seals.Count == 0 ? office.Id.ToString() : string.Create(CultureInfo.InvariantCulture, $"{office.Id}\n{office.Seals.Count}");
        var drawn = BitConverter.ToUInt64(Digest.Of([.. signer.Fingerprint.Span, .. System.Text.Encoding.UTF8.GetBytes(named)]).Span) % 100_000_000_000_000UL;
        return drawn.ToString("D14", CultureInfo.InvariantCulture);
    }
}
