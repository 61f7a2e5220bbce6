using System.Diagnostics;
using System.Text;

namespace DocExchange.Texts;

/// <summary>
/// The process that reads, as seen from inside: paths come in, pages go out, until the input ends. It writes nothing, and
/// may die of any file; whoever started it starts another one.
/// </summary>
internal static class ReadingProcess
{
    public const byte Page = 1;
    public const byte Whole = 2;
    public const byte Ended = 3;

    public static async Task ServeAsync(Stream input, Stream output)
    {
        // At once and wherever it is raised: a reader that goes on without what did not fit would call the rest the whole.
        using var self = Process.GetCurrentProcess();
        AppDomain.CurrentDomain.FirstChanceException += (_, raised) =>
        {
            if (raised.Exception is OutOfMemoryException)
            {
                self.Kill();
            }
        };
        using var requests = new BinaryReader(input, Encoding.UTF8);
        await using var answers = new BinaryWriter(output, Encoding.UTF8);
        while (TryRead(requests, out var path, out var limits))
        {
            await AnswerAsync(path, limits, answers);
            answers.Flush();
        }
    }

    public static void Ask(BinaryWriter requests, string path, TextLimits limits)
    {
        requests.Write(path);
        requests.Write(limits.MaxFileSize);
        requests.Write(limits.MaxPages);
        requests.Write(limits.MaxCharacters);
        requests.Write(limits.MaxXmlSize);
        requests.Flush();
    }

    private static async Task AnswerAsync(string path, TextLimits limits, BinaryWriter answers)
    {
        try
        {
            await using var file = File.OpenRead(path);
            await foreach (var page in BodyPages.ReadAsync(file, limits, CancellationToken.None))
            {
                answers.Write(Page);
                answers.Write(page);
                answers.Flush();
            }

            answers.Write(Whole);
        }
        catch (TextFormatException fault)
        {
            answers.Write(Ended);
            answers.Write(fault.Chinese);
            answers.Write(fault.English);
        }
    }

    private static bool TryRead(BinaryReader requests, out string path, out TextLimits limits)
    {
        try
        {
            path = requests.ReadString();
            limits = new TextLimits { MaxFileSize = requests.ReadInt64(), MaxPages = requests.ReadInt32(), MaxCharacters = requests.ReadInt32(), MaxXmlSize = requests.ReadInt32() };
            return true;
        }
        catch (EndOfStreamException)
        {
            (path, limits) = ("", TextLimits.Default);
            return false;
        }
    }
}
