using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Protocol;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using Grpc.Core;

namespace DocExchange.Cli;

/// <summary>The edge of every verb: turns what went wrong into a sentence and an exit code.</summary>
internal static class Failures
{
    public static async Task<int> GuardAsync(Screen screen, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (RpcException failure)
        {
            return Explain(screen, failure);
        }
        catch (Exception failure)
        {
            return Explain(screen, failure);
        }
    }

    private static int Explain(Screen screen, RpcException failure)
    {
        if (failure.ToRefusal() is { } refused)
        {
            return Explain(screen, refused);
        }

        // Nobody listens any more at a socket that was left behind; the library wraps that up.
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is FailedException failed)
            {
                return Explain(screen, failed);
            }
        }

        switch (failure.StatusCode)
        {
            case StatusCode.Cancelled:
                return Interrupted(screen);
            case StatusCode.Unavailable or StatusCode.DeadlineExceeded:
                return Complain(screen, ExitCode.Failed, "UNREACHABLE", "没有应答，请稍后再试；运行与连接情况可用 docex doctor 检查。", "No answer; try again later. docex doctor says what runs and how the link is. " + failure.Status.Detail);
            case StatusCode.Unimplemented:
                return Complain(screen, ExitCode.Failed, "UNIMPLEMENTED", "对方版本不支持此操作。", "The other side's version does not offer this: " + failure.Status.Detail);
            default:
                return Complain(screen, ExitCode.Internal, "RPC_" + failure.StatusCode, "对方内部错误，请查看其日志。", "The other side failed: " + failure.Status.Detail);
        }
    }

    private static int Explain(Screen screen, Exception failure) => failure switch
    {
        UsageException usage => Complain(screen, ExitCode.Usage, usage.Reason, usage.Message, usage.English),
        FailedException failed => Complain(screen, ExitCode.Failed, failed.Reason, failed.Message, failed.English),
        RefusedException refused => Complain(screen, ExitCode.Failed, refused.Refusal.ToReason(), refused.Message, refused.English),
        SealRefusedException refused => Complain(screen, ExitCode.Failed, refused.Code, refused.Chinese, refused.English),
        SealFormatException format => Complain(screen, ExitCode.Failed, format.Code, format.Chinese, format.English),
        PackageFormatException format => Complain(screen, ExitCode.Failed, format.Code, format.Chinese, format.English),
        CmsFormatException format => Complain(screen, ExitCode.Failed, format.Code, format.Chinese, format.English),
        NoTimestampException none => Complain(screen, ExitCode.Failed, "NO_TIMESTAMP", none.Chinese, none.English),
        WrongPasswordException wrong => Complain(screen, ExitCode.Failed, "WRONG_PASSWORD", wrong.Chinese, wrong.Message),
        FormatException => Complain(screen, ExitCode.Failed, "FORMAT_FAILURE", FaultWords.Of(failure), failure.Message),
        FileNotFoundException or DirectoryNotFoundException => Complain(screen, ExitCode.Failed, "NOT_FOUND", FaultWords.Of(failure), failure.Message),
        IOException or UnauthorizedAccessException => Complain(screen, ExitCode.Failed, "IO", "无法读写：" + FaultWords.Of(failure), failure.Message),
        ArgumentException => Complain(screen, ExitCode.Failed, "ARGUMENT", "参数无效：" + FaultWords.Of(failure), failure.Message),
        OperationCanceledException => Interrupted(screen),
        _ => Complain(screen, ExitCode.Internal, "INTERNAL", "程序内部错误：" + failure, "Internal error: " + failure),
    };

    private static int Interrupted(Screen screen) => Complain(screen, ExitCode.Interrupted, "INTERRUPTED", "已中断。", "Interrupted.");

    private static int Complain(Screen screen, int code, string reason, string chinese, string english)
    {
        screen.Complain(reason, chinese, english);
        return code;
    }
}
