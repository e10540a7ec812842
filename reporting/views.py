"""The pages of reporting."""

from django.http import HttpResponse

from accounts.access import needs


@needs("reporting.read")
def figures(request):
    return HttpResponse(status=501)


@needs("reporting.read")
def report_list(request):
    return HttpResponse(status=501)


@needs("reporting.issue")
def request_report(request):
    return HttpResponse(status=501)


@needs("reporting.read")
def report_detail(request, pk):
    return HttpResponse(status=501)


@needs("reporting.read")
def report_progress(request, pk):
    return HttpResponse(status=501)


@needs("reporting.issue")
def retry_report(request, pk):
    return HttpResponse(status=501)


@needs("reporting.issue")
def correct_report(request, pk):
    return HttpResponse(status=501)


@needs("reporting.read")
def report_pdf(request, pk):
    return HttpResponse(status=501)


@needs("reporting.read")
def report_csv(request, pk):
    return HttpResponse(status=501)
