using System.Security.Cryptography;
using DocExchange.Node.Records;

namespace DocExchange.Node.Keys;

/// <summary>
/// The password of the key files: from the environment variable DOCEX_KEY_PASSWORD, or from secrets/key-password, drawn
/// at the enrolment. A drawn one has 128 random bits, which no number of iterations makes harder to guess; one that a
/// person chose gets as many as PBKDF2 is given elsewhere.
/// </summary>
/// <param name="Iterations">PBKDF2 iterations for the key files.</param>
internal sealed record KeyPassword(string Text, int Iterations)
{
    public const string Variable = "DOCEX_KEY_PASSWORD";

    private const int DrawnIterations = 1_000;
    private const int ChosenIterations = 100_000;

    public static KeyPassword Read(DataFolder folder) => FromEnvironment() is { } chosen ? new KeyPassword(chosen, ChosenIterations)
        : File.Exists(PathIn(folder)) ? new KeyPassword(File.ReadAllText(PathIn(folder)), DrawnIterations)
        : throw new InvalidOperationException($"The password of the keys is missing: set {Variable}, or restore {PathIn(folder)}.");

    public static KeyPassword ReadOrDraw(DataFolder folder)
    {
        if (FromEnvironment() is null && !File.Exists(PathIn(folder)))
        {
            DurableFile.Write(PathIn(folder), System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true)));
        }

        return Read(folder);
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => nameof(KeyPassword);

    private static string? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } password ? password : null;

    private static string PathIn(DataFolder folder) => Path.Combine(folder.Secrets, "key-password");
}
