using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Refusals;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;

namespace DocExchange.Core.Operating;

/// <summary>Why a verb did not do what it was asked: with its stable reason, for people in both languages.</summary>
public sealed record Complaint(int ExitCode, string Reason, string Chinese, string English);

/// <summary>The edge of the verbs of hub and node: turns what went wrong into a sentence and an exit code.</summary>
public static class VerbEdge
{
    private const int Failed = 1;
    private const int Waiting = 2;

    // What a shell says of a process that SIGINT ended.
    private const int Interrupted = 130;

    /// <param name="explain">What the verb itself knows of a fault; null for what it does not know.</param>
    public static async Task<int> GuardAsync(VerbAnswer answer, Func<Task<int>> verb, Func<Exception, Complaint?>? explain = null)
    {
        try
        {
            return await verb();
        }
        catch (Exception fault) when (Explain(fault, explain) is { } complaint)
        {
            return answer.Complain(complaint);
        }
    }

    /// <summary>A program that runs until it is told to stop has done what it was asked when it is.</summary>
    public static async Task WhenToldToStop(this Task running)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // Told while it was still starting.
        }
    }

    /// <returns>Null for a fault of the program's own.</returns>
    public static Complaint? Explain(Exception fault, Func<Exception, Complaint?>? explain = null) => explain?.Invoke(fault) ?? fault switch
    {
        RefusedException refused => new(refused.Refusal == Refusal.Pending ? Waiting : Failed, refused.Refusal.ToReason(), refused.Message, refused.English),
        UsageException usage => new(UsageException.ExitCode, usage.Reason, usage.Message, usage.English),
        FailedException failed => new(Failed, failed.Reason, failed.Message, failed.English),
        OperationCanceledException => new(Interrupted, "INTERRUPTED", "已中断。", "Interrupted."),
        WrongPasswordException wrong => new(Failed, "WRONG_PASSWORD", wrong.Chinese, wrong.Message),
        ValidationException => new(Failed, "SETTINGS", "设置有误：" + FaultWords.Of(fault), fault.Message),
        FormatException => new(Failed, Refusal.FormatFailure.ToReason(), FaultWords.Of(fault), fault.Message),
        FileNotFoundException or DirectoryNotFoundException => new(Failed, "NOT_FOUND", FaultWords.Of(fault), fault.Message),
        IOException or UnauthorizedAccessException => new(Failed, "IO", "无法读写：" + FaultWords.Of(fault), fault.Message),
        _ => null,
    };
}
