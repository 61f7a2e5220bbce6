using System.Security.Cryptography;
using System.Text;
using DocExchange.Core.Operating;
using DocExchange.Trust.Keys;

namespace DocExchange.Node.Keys;

/// <summary>
/// The PIN of a token: from the file that the key's URI names (pin-source), from the environment variable
/// DOCEX_TOKEN_PIN, or asked for where there is a terminal. It is never written or logged.
/// </summary>
internal static class TokenPin
{
    public const string Variable = "DOCEX_TOKEN_PIN";

    private const int MaxLength = 256;

    /// <exception cref="InvalidOperationException">There is no PIN anywhere.</exception>
    public static Pkcs11Key Open(Pkcs11Uri uri)
    {
        var pin = Read(uri);
        try
        {
            return Pkcs11Key.Open(uri, pin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private static byte[] Read(Pkcs11Uri uri)
    {
        if (uri.PinSource is { } file)
        {
            return Encoding.UTF8.GetBytes(File.ReadAllText(file).TrimEnd('\r', '\n'));
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return Encoding.UTF8.GetBytes(given);
        }

        return Console.IsInputRedirected
            ? throw new FailedException("TOKEN", $"缺少令牌的 PIN：请设置 {Variable}，或在 {uri} 中以 pin-source 指定文件。", $"The PIN of the token is missing: set {Variable}, or name a file with pin-source in {uri}.")
            : Ask(uri);
    }

    private static byte[] Ask(Pkcs11Uri uri)
    {
        Console.Error.Write($"PIN ({uri}): ");
        var pin = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter && pin.Length < MaxLength; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                pin.Length = Math.Max(0, pin.Length - 1);
            }
            else
            {
                pin.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return Encoding.UTF8.GetBytes(pin.ToString());
    }
}
