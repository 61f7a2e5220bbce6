using System.Text;
using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>A password in a file: one line.</summary>
internal static class SecretFile
{
    private const int MaxSize = 4096;

    /// <exception cref="FailedException">There is no such file, or it is too large or empty.</exception>
    public static string Read(string path) => Encoding.UTF8.GetString(BoundedFile.Read(path, MaxSize)).TrimStart('\uFEFF').TrimEnd('\r', '\n') is { Length: > 0 } secret
        ? secret
        : throw new FailedException("FORMAT_FAILURE", $"密码文件“{path}”是空的。", $"The password file '{path}' is empty.");
}
