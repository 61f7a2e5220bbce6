using System.Security.Cryptography;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Hub.Operations;

/// <summary>
/// The certificates the hub made seals with, as <c>docex verify --seal-maker-trust</c> and a policy's <c>sealMakers</c> want them: the authority
/// above them certified the offices too, each of which could then make seals (ARCHITECTURE 76).
/// </summary>
internal static class SealMakerFile
{
    /// <summary>Beside the one the file has: seals made with an earlier certificate stay.</summary>
    public static void Add(HubFolder folder, Certificate maker)
    {
        var known = File.Exists(folder.SealMakerCertificates) ? File.ReadAllText(folder.SealMakerCertificates) : "";
        var added = maker.ToPem();
        if (!known.Contains(added, StringComparison.Ordinal))
        {
            HubSetup.WriteSecret(folder.SealMakerCertificates, System.Text.Encoding.ASCII.GetBytes(known + added));
        }
    }

    /// <summary>The certificate of the key that lies there; where it is kept offline nothing.</summary>
    public static void Write(HubFolder folder)
    {
        if (File.Exists(folder.SealMaker))
        {
            using var maker = Pkcs12KeyFile.Read(File.ReadAllBytes(folder.SealMaker), HubIdentity.ReadPassword(folder));
            Add(folder, maker.Certificate);
        }
    }

    /// <summary>For a hub that starts: its key may be older than this file, or have been replaced.</summary>
    /// <returns>Why the file could not be brought up to date: the hub runs without it.</returns>
    public static Exception? TryWrite(HubFolder folder)
    {
        try
        {
            Write(folder);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or CryptographicException or FailedException)
        {
            return fault;
        }
    }
}
