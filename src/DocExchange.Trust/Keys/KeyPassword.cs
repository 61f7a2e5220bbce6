using System.Security.Cryptography;
using System.Text;

namespace DocExchange.Trust.Keys;

/// <summary>
/// The password of a service's key files: from the environment variable DOCEX_KEY_PASSWORD, or from a file, drawn when
/// the service is set up. A drawn one has 128 random bits, which no number of iterations makes harder to guess; one that
/// a person chose gets as many as PBKDF2 is given elsewhere.
/// </summary>
/// <param name="Iterations">PBKDF2 iterations for the key files written with it.</param>
public sealed record KeyPassword(string Text, int Iterations)
{
    public const string Variable = "DOCEX_KEY_PASSWORD";

    private const int DrawnIterations = 1_000;

    /// <summary>One that a person chose.</summary>
    public static KeyPassword Chosen(string text) => new(text, PasswordEncryption.DefaultIterations);

    /// <param name="path">The file that holds the drawn one.</param>
    /// <exception cref="InvalidOperationException">There is neither the variable nor the file.</exception>
    public static KeyPassword Read(string path) => FromEnvironment() is { } chosen ? Chosen(chosen)
        : File.Exists(path) ? new KeyPassword(File.ReadAllText(path).TrimEnd('\n'), DrawnIterations)
        : throw new InvalidOperationException($"The password of the keys is missing: set {Variable}, or restore {path}.");

    /// <param name="write">Puts the drawn one into the file, so that nobody else can read it.</param>
    public static KeyPassword ReadOrDraw(string path, Action<string, byte[]> write)
    {
        if (FromEnvironment() is null && !File.Exists(path))
        {
            write(path, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true)));
        }

        return Read(path);
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => nameof(KeyPassword);

    private static string? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } password ? password : null;
}
