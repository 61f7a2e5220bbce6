using System.Security.Cryptography;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Pki;

/// <summary>
/// Where passwords of key files come from: a file, the environment variable DOCEX_KEY_PASSWORD, or the file
/// <c>password</c> beside the keys. Never from the command line, which other users can see.
/// </summary>
internal static class Passwords
{
    public const string Variable = "DOCEX_KEY_PASSWORD";
    public const string FileName = "password";

    private const int DrawnBytes = 18;

    /// <param name="file">Null: the environment, then the file beside the keys.</param>
    /// <param name="folder">Where the keys lie.</param>
    /// <exception cref="UsageException">There is none anywhere.</exception>
    public static string Read(string? file, string? folder) => Find(file, folder) ?? throw new UsageException(
        $"缺少口令：请用 --password-file 指明口令文件，或设置环境变量 {Variable}。",
        $"No password: name a file with --password-file, or set the environment variable {Variable}.");

    /// <summary>The one given, or a new one, written into the folder for its owner only.</summary>
    /// <returns>The password, and whether it is new.</returns>
    public static (string Password, bool IsNew) ReadOrMake(string? file, string folder)
    {
        if (Find(file, folder) is { } given)
        {
            return (given, false);
        }

        Directory.CreateDirectory(folder);
        var drawn = Convert.ToBase64String(RandomNumberGenerator.GetBytes(DrawnBytes));
        PrivateFile.Write(Path.Combine(folder, FileName), System.Text.Encoding.UTF8.GetBytes(drawn + "\n"));
        return (drawn, true);
    }

    private static string? Find(string? file, string? folder)
    {
        if (file is not null)
        {
            return SecretFile.Read(file);
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        var beside = folder is null ? null : Path.Combine(folder, FileName);
        return File.Exists(beside) ? SecretFile.Read(beside) : null;
    }
}

/// <summary>Files with keys or passwords: readable by their owner only, and never overwritten.</summary>
internal static class PrivateFile
{
    /// <exception cref="IOException">The file is there already.</exception>
    public static void Write(string path, byte[] bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(bytes);
    }
}
