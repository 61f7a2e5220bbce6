using System.Net;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>A general name (RFC 5280 §4.2.1.6) taken apart once, since it may be compared thousands of times.</summary>
internal sealed class NameForm
{
    private const string SmtpUtf8Mailbox = "1.3.6.1.5.5.7.8.9";

    private readonly X509Name? directory;
    private ComparableName? folded;
    private string? host;
    private bool isHostKnown;

    public NameForm(GeneralName name)
    {
        Kind = name.TagNo;
        Text = Kind is GeneralName.DnsName or GeneralName.Rfc822Name or GeneralName.UniformResourceIdentifier ? DerIA5String.GetInstance(name.Name).GetString() : "";
        Octets = Kind == GeneralName.IPAddress ? Asn1OctetString.GetInstance(name.Name).GetOctets() : [];
        directory = Kind == GeneralName.DirectoryName ? X509Name.GetInstance(name.Name) : null;
        IsWellFormed = NameForms.IsWellFormed(this);
    }

    // Of a SmtpUTF8Mailbox.
    private NameForm(string address)
    {
        (Kind, Text, Octets, IsInternational) = (GeneralName.Rfc822Name, address, [], true);
        IsWellFormed = NameForms.IsWellFormed(this);
    }

    /// <summary>
    /// A SmtpUTF8Mailbox (RFC 9598) as the e-mail address that constraints on addresses apply to, malformed where it is no UTF8String;
    /// null for any other name.
    /// </summary>
    public static NameForm? MailboxOf(GeneralName name) =>
        name.TagNo == GeneralName.OtherName && OtherName.GetInstance(name.Name) is { } other && other.TypeID.Id == SmtpUtf8Mailbox
            ? new NameForm(other.Value.ToAsn1Object() is DerUtf8String address ? address.GetString() : "")
            : null;

    /// <summary>An e-mail address whose local part may be of any script; constraints see its host alone.</summary>
    public bool IsInternational { get; }

    /// <summary>The tag of <see cref="GeneralName"/>.</summary>
    public int Kind { get; }

    public string Text { get; }

    public byte[] Octets { get; }

    /// <summary>Folded when first asked for: only constraints do.</summary>
    public ComparableName? Directory => folded ??= directory is null ? null : ComparableName.Folded(directory);

    /// <summary>How many times a comparison with it costs that with one word.</summary>
    public int Parts => Math.Max(Directory?.Count ?? 0, 1);

    /// <summary>
    /// Of a URI; null where there is none, or an address: §4.2.1.10 wants a fully qualified domain name. A dot
    /// at its end makes it none, as in the other forms. Found when first asked for.
    /// </summary>
    public string? Host
    {
        get
        {
            (host, isHostKnown) = isHostKnown ? (host, true) : (NameForms.HostOf(Text), true);
            return host;
        }
    }

    /// <summary>As a name; constraints are written otherwise.</summary>
    public bool IsWellFormed { get; }

    public override string ToString() => Kind switch
    {
        GeneralName.DirectoryName => Directory!.ToString().ReplaceLineEndings(", "),
        GeneralName.IPAddress => Octets.Length is 4 or 16 ? new IPAddress(Octets).ToString() : Convert.ToHexString(Octets),
        _ => Text.Length > 0 ? Text : $"[{Kind}]",
    };
}

/// <summary>Whether a name lies in a subtree, form by form (RFC 5280 §4.2.1.10). What is malformed lies in none and is reported apart.</summary>
internal static class NameForms
{
    private const int MaxDnsName = 253;
    private const int MaxLabel = 63;

    /// <summary>The forms that can be compared; a constraint on another one that occurs cannot be met.</summary>
    public static bool IsSupported(int form) =>
        form is GeneralName.DirectoryName or GeneralName.DnsName or GeneralName.Rfc822Name or GeneralName.UniformResourceIdentifier or GeneralName.IPAddress;

    /// <summary>For permitted subtrees: certainly inside.</summary>
    public static bool IsWithin(NameForm name, NameForm subtree) => name.IsWellFormed && name.Kind switch
    {
        GeneralName.DirectoryName => name.Directory!.IsWithin(subtree.Directory!),
        GeneralName.DnsName => IsDnsWithin(name.Text, subtree.Text),
        GeneralName.Rfc822Name => (!name.IsInternational || !subtree.Text.Contains('@') || Ascii.IsValid(name.Text)) && IsMailboxWithin(name.Text, subtree.Text),
        GeneralName.UniformResourceIdentifier => name.Host is { } host && IsHostWithin(host, subtree.Text),
        GeneralName.IPAddress => IsAddressWithin(name.Octets, subtree.Octets),
        _ => false,
    };

    /// <summary>For excluded subtrees: perhaps inside, as a wildcard or a name that cannot be read may be.</summary>
    public static bool MayBeWithin(NameForm name, NameForm subtree)
    {
        if (!IsSupported(name.Kind) || !name.IsWellFormed || IsWithin(name, subtree))
        {
            return true;
        }

        // §4.2.1.10: a URI without a fully qualified domain name, where a constraint applies to URIs, must be refused.
        if (name.Kind == GeneralName.UniformResourceIdentifier && name.Host is null)
        {
            return true;
        }

        // A wildcard stands for every name of one more label, so for the subtree itself where that is one of them.
        return name.Kind == GeneralName.DnsName && name.Text.StartsWith("*.", StringComparison.Ordinal)
            && subtree.Text is var excluded && excluded.IndexOf('.') is > 0 and var dot
            && excluded[(dot + 1)..].Equals(name.Text[2..], StringComparison.OrdinalIgnoreCase);
    }

    public static bool IsWellFormed(NameForm name) => name.Kind switch
    {
        GeneralName.DnsName => IsDnsName(name.Text),
        GeneralName.Rfc822Name => IsMailbox(name.Text, name.IsInternational),
        GeneralName.UniformResourceIdentifier => name.Text is var uri && uri.Length > 0 && uri.All(char.IsAscii) && uri.IndexOf(':') > 0,
        GeneralName.IPAddress => name.Octets.Length is 4 or 16,
        _ => true,
    };

    /// <summary>Whether a constraint is written as §4.2.1.10 says.</summary>
    public static bool IsWellFormedSubtree(NameForm subtree) => subtree.Kind switch
    {
        GeneralName.DnsName => subtree.Text is var dns && (dns.Length == 0 || (!dns.StartsWith('*') && IsDnsName(dns))),
        GeneralName.Rfc822Name => subtree.Text is var mail && (mail.Contains('@') ? IsMailbox(mail, anyScript: false) : IsDnsName(mail.TrimStart('.'))),
        GeneralName.UniformResourceIdentifier => subtree.Text is var host && IsDnsName(host.StartsWith('.') ? host[1..] : host) && !IPAddress.TryParse(host, out _),
        GeneralName.IPAddress => subtree.Octets is { Length: 8 or 32 } pair && IsMask(pair.AsSpan(pair.Length / 2)),
        _ => true,
    };

    /// <summary>As <see cref="NameForm.Host"/>, which keeps it. RFC 3986 §3: an authority stands behind "://", and no blank and no backslash is in a URI.</summary>
    public static string? HostOf(string uri) =>
        HasAuthority(uri) && Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.HostNameType == UriHostNameType.Dns && parsed.Host.Contains('.')
        && parsed.IdnHost is var host && IsDnsName(host) ? host : null;

    private static bool HasAuthority(string uri) =>
        uri.IndexOf(':') is > 0 and var colon && uri.AsSpan(colon).StartsWith("://") && uri.All(letter => letter is > ' ' and < '\u007f' and not '\\');

    private static bool IsDnsWithin(string name, string subtree) =>
        name.EndsWith(subtree, StringComparison.OrdinalIgnoreCase)
        && (subtree.Length == 0 || name.Length == subtree.Length || name[name.Length - subtree.Length - 1] == '.');

    /// <summary>The subtree is a mailbox, a host, or with a leading period every host of a domain.</summary>
    private static bool IsMailboxWithin(string mailbox, string subtree)
    {
        var at = mailbox.IndexOf('@');
        if (subtree.IndexOf('@') is >= 0 and var theirs)
        {
            return mailbox[..at].Equals(subtree[..theirs], StringComparison.Ordinal) && mailbox[at..].Equals(subtree[theirs..], StringComparison.OrdinalIgnoreCase);
        }

        return IsHostWithin(mailbox[(at + 1)..], subtree);
    }

    private static bool IsHostWithin(string host, string subtree) => subtree.StartsWith('.')
        ? host.Length > subtree.Length && host.EndsWith(subtree, StringComparison.OrdinalIgnoreCase)
        : host.Equals(subtree, StringComparison.OrdinalIgnoreCase);

    private static bool IsAddressWithin(byte[] address, byte[] subtree)
    {
        if (subtree.Length != address.Length * 2)
        {
            return false;
        }

        for (var i = 0; i < address.Length; i++)
        {
            if (((address[i] ^ subtree[i]) & subtree[address.Length + i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMailbox(string mailbox, bool anyScript) =>
        mailbox.IndexOf('@') is > 0 and var at && mailbox.LastIndexOf('@') == at && mailbox.All(letter => letter is > ' ' and < '\u007f' || (anyScript && letter > '\u007f')) && IsDnsName(mailbox[(at + 1)..]);

    /// <summary>RFC 1034 §3.5 with the underscores that occur; a wildcard may only be the whole first label.</summary>
    private static bool IsDnsName(string name)
    {
        var labels = (name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name).Split('.');
        return name.Length <= MaxDnsName && Array.TrueForAll(
            labels,
            label => label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-' && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'));
    }

    private static bool IsMask(ReadOnlySpan<byte> mask)
    {
        var isOver = false;
        foreach (var octet in mask)
        {
            // The ones come first, the zeros after them.
            if ((isOver && octet != 0) || ((~octet & 0xFF) & ((~octet & 0xFF) + 1)) != 0)
            {
                return false;
            }

            isOver |= octet != 0xFF;
        }

        return true;
    }
}
