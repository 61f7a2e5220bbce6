using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>A file that a verb is going to make.</summary>
internal static class NewFile
{
    /// <summary>Asked before the work is done, so that its result is not lost for want of a place.</summary>
    /// <exception cref="FailedException">It is there already, or there is no folder for it.</exception>
    public static void Require(string path)
    {
        if (Path.Exists(path))
        {
            throw new FailedException("EXISTS", $"文件“{path}”已存在，不会覆盖。", $"The file '{path}' is there already; it is not overwritten.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new FailedException("NOT_FOUND", $"没有目录“{folder}”。", $"There is no folder '{folder}'.");
        }
    }
}
