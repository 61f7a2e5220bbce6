using System.Text;

namespace DocExchange.Pages;

/// <summary>Addresses that hub and node have in common.</summary>
public static class Addresses
{
    public const string SignIn = "/sign-in";
    public const string SignInByCertificate = "/sign-in/certificate";
    public const string SignOut = "/sign-out";
    public const string Password = "/password";
    public const string Language = "/language";

    /// <summary>What programs call, with tokens.</summary>
    public const string Api = "/api";

    /// <summary>An address of this site; anything else leads nowhere else than to its beginning.</summary>
    public static string Own(string? address) => address is { Length: > 0 and < 2000 } && address[0] == '/'
        && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\') && !address.Any(char.IsControl)
            ? InAscii(address)
            : "/";

    // As a header carries it (RFC 3986 §2.5).
    private static string InAscii(string address) =>
        Ascii.IsValid(address) ? address : string.Concat(address.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
