using System.Globalization;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Whose chains are being examined in one judgement: what is known of a signer depends on whose lists were left aside for it, because they are under way themselves.
/// </summary>
internal sealed class SignersUnderway
{
    // A list's signer may itself be revoked by a list of yet another signer; real sites have one or two such steps.
    private const int MaxDepth = 4;

    private readonly HashSet<Digest> all = [];

    /// <summary>How many of them are not asked for what they signed, but whether their key is stolen.</summary>
    private int keys;

    /// <summary>Of no more signers of signers is asked.</summary>
    public bool AreDeep => all.Count - keys >= MaxDepth;

    /// <summary>It is being asked whether a key is stolen.</summary>
    public bool AreKeys => keys > 0;

    public bool Contains(Certificate certificate) => all.Contains(certificate.Fingerprint);

    /// <param name="isKeyAsked">Not for what it signed, but whether its key is stolen.</param>
    public void Enter(Certificate certificate, bool isKeyAsked)
    {
        all.Add(certificate.Fingerprint);
        keys += isKeyAsked ? 1 : 0;
    }

    public void Leave(Certificate certificate, bool isKeyAsked)
    {
        all.Remove(certificate.Fingerprint);
        keys -= isKeyAsked ? 1 : 0;
    }

    /// <summary>The same for the same signers, in whatever order they were entered.</summary>
    public override string ToString() => string.Join('/', all.Select(each => each.ToString()).Order(StringComparer.Ordinal).Append(keys.ToString(CultureInfo.InvariantCulture)));
}
