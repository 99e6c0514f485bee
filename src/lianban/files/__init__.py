"""Files (文件): what every floor may write: workbooks, graphs, papers in Word and PDF, pictures, and the facts on top.

Knows neither chains nor the site: plain values in, bytes out. Decision 0112.
"""
